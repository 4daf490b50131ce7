#include "protocol/workbook/xml.hpp"

#include <expat.h>
#include <algorithm>
#include <memory>
#include <type_traits>

namespace lab::workbook {
namespace {

constexpr std::size_t piece_octets = std::size_t{16} << 20;  // expat takes an int
constexpr int depth_max = 64;

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

struct Reading {
  XML_Parser parser;
  XmlReader& reader;
  int depth = 0;
};

std::string_view local_name(const char* name) {
  const std::string_view full{name};
  const std::size_t colon = full.rfind(':');
  return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

void tell_place(const Reading& reading) {
  reading.reader.at(static_cast<std::size_t>(XML_GetCurrentByteIndex(reading.parser)),
                    static_cast<std::size_t>(XML_GetCurrentByteCount(reading.parser)));
}

void on_begin(void* user, const char* name, const char** attributes) {
  auto& reading = *static_cast<Reading*>(user);
  tell_place(reading);
  if (++reading.depth > depth_max || !reading.reader.begin(local_name(name), Attributes{attributes})) {
    XML_StopParser(reading.parser, XML_FALSE);
  }
}

void on_end(void* user, const char* name) {
  auto& reading = *static_cast<Reading*>(user);
  tell_place(reading);
  --reading.depth;
  if (!reading.reader.end(local_name(name))) XML_StopParser(reading.parser, XML_FALSE);
}

void on_text(void* user, const char* text, int size) {
  static_cast<Reading*>(user)->reader.text({text, static_cast<std::size_t>(size)});
}

// Entities can be declared nowhere else: without a document type there is nothing to expand.
void on_document_type(void* user, const char*, const char*, const char*, int) {
  XML_StopParser(static_cast<Reading*>(user)->parser, XML_FALSE);
}

}  // namespace

std::optional<std::string_view> Attributes::find(std::string_view name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (local_name(pair[0]) == name) return std::string_view{pair[1]};
  }
  return std::nullopt;
}

Result<void> read_xml(BytesView xml, XmlReader& reader) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser> parser{XML_ParserCreate(nullptr)};
  Reading reading{.parser = parser.get(), .reader = reader};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), on_begin, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_document_type);
  bool last = false;
  for (std::size_t at = 0; !last; at += piece_octets) {
    const BytesView piece = xml.substr(std::min(at, xml.size()), piece_octets);
    last = at + piece_octets >= xml.size();
    if (XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), last ? XML_TRUE : XML_FALSE) !=
        XML_STATUS_OK) {
      return fail(ErrorCode::malformed, "工作簿里的 XML 有错误，请重新导出或另存为 xlsx");
    }
  }
  return {};
}

}  // namespace lab::workbook
