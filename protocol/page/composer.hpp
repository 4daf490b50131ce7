#pragma once
// Sets a document page by page. Internal to this folder: the one place here that draws.

#include <cstddef>
#include <memory>

#include "protocol/page/page.hpp"

namespace lab::page {

/// Sets a document once. The number of pages is known only behind the last: a document is set twice.
class Composer {
 public:
  /// `pages`: what is printed as their number.
  static Result<Composer> create(const Document& document, std::size_t pages);
  Composer(Composer&&) noexcept;
  ~Composer();

  void set();
  [[nodiscard]] std::size_t pages() const;
  /// Ends the document. Unavailable when something could not be drawn.
  Result<Bytes> finish();

 private:
  struct Press;
  explicit Composer(std::unique_ptr<Press> press);
  std::unique_ptr<Press> press_;
};

}  // namespace lab::page
