#pragma once
// Small workbooks for tests, made part by part, so that each part can also be wrong.

#include <zip.h>
#include <map>
#include <string>

#include "protocol/base/bytes.hpp"

namespace lab::workbook {

inline Bytes zipped(const std::map<std::string, std::string>& files) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(source);
  zip_t* archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  for (const auto& [name, text] : files) {
    zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0), ZIP_FL_ENC_UTF_8);
  }
  zip_close(archive);
  zip_source_open(source);
  zip_source_seek(source, 0, SEEK_END);
  Bytes bytes(static_cast<std::size_t>(zip_source_tell(source)), '\0');
  zip_source_seek(source, 0, SEEK_SET);
  zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  zip_source_free(source);
  zip_error_fini(&error);
  return bytes;
}

/// The parts of a workbook of one sheet named "Data"; styles: 1 is a date and time, 2 a percentage, 3 has two digits.
inline std::map<std::string, std::string> workbook_parts(const std::string& rows, const std::string& strings = "") {
  return {
      {"xl/workbook.xml",
       R"(<workbook xmlns:r="r"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>)"},
      {"xl/_rels/workbook.xml.rels",
       R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>)"},
      {"xl/sharedStrings.xml", "<sst>" + strings + "</sst>"},
      {"xl/styles.xml",
       R"(<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy\-mm\-dd hh:mm"/></numFmts><cellXfs>)"
       R"(<xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="10"/><xf numFmtId="2"/></cellXfs></styleSheet>)"},
      {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"},
  };
}

}  // namespace lab::workbook
