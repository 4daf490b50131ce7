#include "tests/bench/labels/engines.hpp"

#include <zbar.h>
#include <nlohmann/json.hpp>

#include "instruments/label/reader/read.hpp"
#include "tests/bench/labels/picture.hpp"

namespace lab::bench {

std::string packed(const Answer& answer) {
  nlohmann::json out{{"ms", answer.milliseconds}, {"texts", nlohmann::json::array()}};
  for (const auto& text : answer.texts) out["texts"].push_back(text);
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Answer unpacked(const std::string& text) {
  const auto json = nlohmann::json::parse(text);
  return Answer{.texts = json["texts"], .milliseconds = json["ms"]};
}

Answer by_qlims(BytesView file, const Settings& settings) {
  const double start = milliseconds_used();
  const auto reading = label::read(file, {.budget = settings.budget, .without = settings.without});
  Answer answer;
  for (const auto& code : reading.codes) answer.texts.push_back(code.text);
  answer.milliseconds = milliseconds_used() - start;
  return answer;
}

Answer by_zbar(BytesView file, const Settings& /*settings*/) {
  const double start = milliseconds_used();
  const cv::Mat grey = decoded(file);
  Answer answer;
  if (!grey.empty()) {
    zbar::ImageScanner scanner;
    zbar::Image image(static_cast<unsigned>(grey.cols), static_cast<unsigned>(grey.rows), "Y800", grey.data,
                      static_cast<unsigned long>(grey.total()));
    scanner.scan(image);
    for (auto symbol = image.symbol_begin(); symbol != image.symbol_end(); ++symbol) {
      answer.texts.push_back(symbol->get_data());
    }
  }
  answer.milliseconds = milliseconds_used() - start;
  return answer;
}

}  // namespace lab::bench
