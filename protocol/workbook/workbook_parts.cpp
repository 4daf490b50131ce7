#include "protocol/workbook/workbook_parts.hpp"

#include <charconv>
#include <map>

#include "protocol/workbook/xml.hpp"

namespace lab::workbook {
namespace {

unsigned number_in(std::string_view text) {
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class WorkbookReader : public XmlReader {
 public:
  struct Named {
    std::string name;
    std::string relation;
    bool hidden;
  };
  std::vector<Named> sheets;
  bool since_1904 = false;

  bool begin(std::string_view name, const Attributes& attributes) override {
    if (name == "workbookPr") {
      const auto flag = attributes.find("date1904").value_or("0");
      since_1904 = flag == "1" || flag == "true";
    } else if (name == "sheet") {
      // "id" is the relation; the sheet's own number is "sheetId".
      sheets.push_back({std::string{attributes.find("name").value_or("")},
                        std::string{attributes.find("id").value_or("")},
                        attributes.find("state").value_or("visible") != "visible"});
    }
    return true;
  }
  bool end(std::string_view) override { return true; }
  void text(std::string_view) override {}
};

class RelationsReader : public XmlReader {
 public:
  std::map<std::string, std::string> targets;

  bool begin(std::string_view name, const Attributes& attributes) override {
    if (name == "Relationship") {
      targets[std::string{attributes.find("Id").value_or("")}] = attributes.find("Target").value_or("");
    }
    return true;
  }
  bool end(std::string_view) override { return true; }
  void text(std::string_view) override {}
};

// A shared string is one <t>, or several inside the runs of one text; <rPh> holds how it is pronounced.
class StringsReader : public XmlReader {
 public:
  std::vector<std::string> strings;

  bool begin(std::string_view name, const Attributes&) override {
    if (name == "si") strings.emplace_back();
    if (name == "rPh") in_phonetic_ = true;
    in_text_ = name == "t" && !in_phonetic_ && !strings.empty();
    return true;
  }
  bool end(std::string_view name) override {
    if (name == "rPh") in_phonetic_ = false;
    in_text_ = false;
    return true;
  }
  void text(std::string_view piece) override {
    if (in_text_) strings.back() += piece;
  }

 private:
  bool in_text_ = false;
  bool in_phonetic_ = false;
};

class StylesReader : public XmlReader {
 public:
  std::vector<NumberStyle> styles;

  bool begin(std::string_view name, const Attributes& attributes) override {
    if (name == "cellXfs") in_cell_styles_ = true;
    if (name == "numFmt") {
      codes_[number_in(attributes.find("numFmtId").value_or("0"))] = attributes.find("formatCode").value_or("");
    }
    if (name == "xf" && in_cell_styles_) {
      const unsigned id = number_in(attributes.find("numFmtId").value_or("0"));
      const auto code = codes_.find(id);
      styles.push_back(style_of_format(id, code == codes_.end() ? std::string_view{} : code->second));
    }
    return true;
  }
  bool end(std::string_view name) override {
    if (name == "cellXfs") in_cell_styles_ = false;
    return true;
  }
  void text(std::string_view) override {}

 private:
  bool in_cell_styles_ = false;
  std::map<unsigned, std::string> codes_;
};

Result<void> read_part(Archive& archive, const std::string& path, XmlReader& reader) {
  auto xml = archive.read(path);
  if (!xml) return fail(std::move(xml));
  return read_xml(*xml, reader);
}

// Parts that a workbook may do without.
Result<void> read_optional(Archive& archive, const std::string& path, XmlReader& reader) {
  return archive.has(path) ? read_part(archive, path, reader) : Result<void>{};
}

std::string path_of(const std::string& target) {
  if (target.starts_with('/')) return target.substr(1);
  return "xl/" + target;
}

}  // namespace

Result<WorkbookParts> read_parts(Archive& archive) {
  if (!archive.has("xl/workbook.xml")) {
    return fail(ErrorCode::not_found, "这是压缩文件，但不是 xlsx 工作簿，请导出为 xlsx 或 CSV");
  }
  WorkbookReader workbook;
  RelationsReader relations;
  StringsReader strings;
  StylesReader styles;
  if (auto done = read_part(archive, "xl/workbook.xml", workbook); !done) return fail(std::move(done));
  if (auto done = read_part(archive, "xl/_rels/workbook.xml.rels", relations); !done) return fail(std::move(done));
  if (auto done = read_optional(archive, "xl/sharedStrings.xml", strings); !done) return fail(std::move(done));
  if (auto done = read_optional(archive, "xl/styles.xml", styles); !done) return fail(std::move(done));
  WorkbookParts parts{.sheets = {},
                      .since_1904 = workbook.since_1904,
                      .strings = std::move(strings.strings),
                      .styles = std::move(styles.styles)};
  for (const auto& sheet : workbook.sheets) {
    parts.sheets.push_back({sheet.name, sheet.hidden, path_of(relations.targets[sheet.relation])});
  }
  return parts;
}

}  // namespace lab::workbook
