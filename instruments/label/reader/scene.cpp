#include "instruments/label/reader/scene.hpp"

#include "instruments/label/reader/symbol_regions.hpp"

namespace lab::label {

const std::vector<cv::Rect>& Scene::regions() {
  if (!regions_) regions_ = symbol_regions(grey_);
  return *regions_;
}

}  // namespace lab::label
