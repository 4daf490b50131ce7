#include "protocol/page/page.hpp"

#include "protocol/page/composer.hpp"

namespace lab::page {

Result<Bytes> to_pdf(const Document& document) {
  auto first = Composer::create(document, 0);
  if (!first) return fail(std::move(first));
  first->set();
  const std::size_t pages = first->pages();
  auto second = Composer::create(document, pages);
  if (!second) return fail(std::move(second));
  second->set();
  return second->finish();
}

}  // namespace lab::page
