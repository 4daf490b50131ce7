#pragma once
// XML as a stream of elements. Document type declarations are refused, and entities with them.

#include <cstddef>
#include <optional>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::workbook {

/// The attributes of one element, by their names without prefix. Valid inside the call it is handed to.
class Attributes {
 public:
  explicit Attributes(const char** pairs) : pairs_(pairs) {}
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

 private:
  const char** pairs_;
};

/// What is told while reading. Names come without their prefix.
class XmlReader {
 public:
  virtual ~XmlReader() = default;
  /// Called before begin() and end(): where their tag stands in the octets; none are left for the end of an empty
  /// element, which stands behind its one tag.
  virtual void at(std::size_t /*offset*/, std::size_t /*octets*/) {}
  /// False stops the reading: the reader knows why.
  virtual bool begin(std::string_view name, const Attributes& attributes) = 0;
  virtual bool end(std::string_view name) = 0;
  /// Text between two tags may come in several pieces.
  virtual void text(std::string_view piece) = 0;
};

/// Reads to the end. Malformed when it is not well-formed, is nested deeper than any sheet, declares a document type,
/// or the reader stopped it.
Result<void> read_xml(BytesView xml, XmlReader& reader);

}  // namespace lab::workbook
