#include "protocol/workbook/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "protocol/base/charset.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/decimal.hpp"
#include "protocol/workbook/sheet.hpp"

namespace lab::workbook {
namespace {

constexpr std::size_t cell_octets_max = 32'767;  // characters are never fewer octets
constexpr std::size_t sheet_name_characters_max = 31;
constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view xml_head = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)"
                                      "\n";
constexpr std::string_view main_space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view relation_space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view package_space = "http://schemas.openxmlformats.org/package/2006";
constexpr std::string_view document_type = "application/vnd.openxmlformats-officedocument.spreadsheetml";

// The styles in the order of Look: font, fill, border, alignment.
constexpr std::string_view styles =
    R"(<fonts count="4"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="15"/><name val="宋体"/></font>)"
    R"(<font><b/><sz val="11"/><name val="宋体"/></font><font><sz val="10"/><color rgb="FF606060"/><name val="宋体"/></font></fonts>)"
    R"(<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>)"
    R"(<fill><patternFill patternType="solid"><fgColor rgb="FFE8EDF2"/></patternFill></fill></fills>)"
    R"(<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/></border></borders>)"
    R"(<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="7"><xf xfId="0"/>)"
    R"(<xf fontId="1" applyFont="1" xfId="0"/>)"
    R"(<xf fontId="2" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" xfId="0"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>)"
    R"(<xf fontId="3" applyFont="1" xfId="0"/>)"
    R"(<xf borderId="1" applyBorder="1" xfId="0"/>)"
    R"(<xf borderId="1" applyBorder="1" applyAlignment="1" xfId="0"><alignment vertical="top" wrapText="1"/></xf>)"
    R"(<xf numFmtId="49" applyNumberFormat="1" xfId="0"/></cellXfs>)"
    R"(<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>)";

std::size_t character_octets(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xF0) return 4;
  return first >= 0xE0 ? 3 : 2;
}

// One character of good UTF-8, or what stands for a broken octet.
std::string_view next_character(std::string_view text) {
  const std::string_view one = text.substr(0, character_octets(static_cast<unsigned char>(text.front())));
  return is_utf8(one) ? one : text.substr(0, 1);
}

void append_escaped(std::string& out, std::string_view one) {
  const auto first = static_cast<unsigned char>(one.front());
  switch (first) {
    case '&':
      out += "&amp;";
      return;
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '"':
      out += "&quot;";
      return;
    case '\n':
    case '\t':
      out += one;
      return;
    case '\r':
      out += "&#13;";
      return;
    default:
      break;
  }
  const bool is_broken = one.size() == 1 && (first < 0x20 || first >= 0x7F);
  const bool is_no_character = one == "\xEF\xBF\xBE" || one == "\xEF\xBF\xBF";
  out += is_broken || is_no_character ? replacement : one;
}

std::string sheet_name(std::string_view wished) {
  std::string name;
  std::size_t characters = 0;
  while (!wished.empty() && characters < sheet_name_characters_max) {
    const std::string_view one = next_character(wished);
    wished.remove_prefix(one.size());
    if (one.find_first_of("[]:*?/\\") != std::string_view::npos) continue;
    name += one;
    ++characters;
  }
  return name.empty() ? "Sheet" : name;
}

std::string relation(std::size_t number, std::string_view kind, std::string_view target) {
  return fmt::format(R"(<Relationship Id="rId{}" Type="{}/{}" Target="{}"/>)", number, relation_space, kind, target);
}

std::string choice_xml(const Choice& choice) {
  const std::string column = cell_name(choice.column, 1).substr(0, cell_name(choice.column, 1).size() - 1);
  std::string xml = fmt::format(
      R"(<dataValidation type="{}" errorStyle="warning" allowBlank="1" showInputMessage="1" showErrorMessage="1" )"
      R"(errorTitle="请核对" error="下拉列表里没有这一项" prompt="{}" sqref="{}{}:{}{}")",
      choice.list.empty() ? "none" : "list", xml_text(choice.hint), column, choice.first_row, column, choice.last_row);
  if (choice.list.empty()) return xml + "/>";
  return xml + fmt::format("><formula1>{}</formula1></dataValidation>", xml_text(choice.list));
}

std::string head_of(const SheetForm& form, bool is_first) {
  std::string xml{xml_head};
  xml += fmt::format(R"(<worksheet xmlns="{}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>)", main_space);
  xml += fmt::format(R"(<sheetViews><sheetView {}workbookViewId="0">)", is_first ? R"(tabSelected="1" )" : "");
  if (form.frozen_rows > 0) {
    xml += fmt::format(R"(<pane ySplit="{}" topLeftCell="A{}" activePane="bottomLeft" state="frozen"/>)",
                       form.frozen_rows, form.frozen_rows + 1);
  }
  xml += R"(</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>)";
  if (!form.widths.empty()) {
    xml += "<cols>";
    for (std::size_t i = 0; i < form.widths.size(); ++i) {
      xml += fmt::format(R"(<col min="{0}" max="{0}" width="{1:.1f}" customWidth="1"/>)", i + 1, form.widths[i]);
    }
    xml += "</cols>";
  }
  return xml + "<sheetData>";
}

std::string workbook_xml(const std::vector<SheetForm>& forms) {
  std::string sheets;
  std::string titles;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    const std::string name = xml_text(sheet_name(forms[i].name));
    sheets += fmt::format(R"(<sheet name="{}" sheetId="{}" {}r:id="rId{}"/>)", name, i + 1,
                          forms[i].hidden ? R"(state="hidden" )" : "", i + 1);
    if (forms[i].repeated_row == 0) continue;
    titles += fmt::format(R"(<definedName name="_xlnm.Print_Titles" localSheetId="{0}">'{1}'!${2}:${2}</definedName>)",
                          i, name, forms[i].repeated_row);
  }
  if (!titles.empty()) titles = "<definedNames>" + titles + "</definedNames>";
  return fmt::format(
      R"({}<workbook xmlns="{}" xmlns:r="{}"><bookViews><workbookView/></bookViews><sheets>{}</sheets>{}</workbook>)",
      xml_head, main_space, relation_space, sheets, titles);
}

std::string types_xml(std::size_t sheets) {
  std::string xml = fmt::format(
      R"({}<Types xmlns="{}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>)"
      R"(<Default Extension="xml" ContentType="application/xml"/>)"
      R"(<Override PartName="/xl/workbook.xml" ContentType="{}.sheet.main+xml"/>)"
      R"(<Override PartName="/xl/styles.xml" ContentType="{}.styles+xml"/>)"
      R"(<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>)",
      xml_head, package_space, document_type, document_type);
  for (std::size_t i = 1; i <= sheets; ++i) {
    xml += fmt::format(R"(<Override PartName="/xl/worksheets/sheet{}.xml" ContentType="{}.worksheet+xml"/>)", i,
                       document_type);
  }
  return xml + "</Types>";
}

std::string package_relations() {
  return fmt::format(
      R"({}<Relationships xmlns="{}/relationships">{}<Relationship Id="rId2" Type="{}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>)",
      xml_head, package_space, relation(1, "officeDocument", "xl/workbook.xml"), package_space);
}

std::string workbook_relations(std::size_t sheets) {
  std::string xml = fmt::format(R"({}<Relationships xmlns="{}/relationships">)", xml_head, package_space);
  for (std::size_t i = 1; i <= sheets; ++i) xml += relation(i, "worksheet", fmt::format("worksheets/sheet{}.xml", i));
  return xml + relation(sheets + 1, "styles", "styles.xml") + "</Relationships>";
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  for (std::string_view rest = text.substr(0, cell_octets_max); !rest.empty();) {
    const std::string_view one = next_character(rest);
    rest.remove_prefix(one.size());
    append_escaped(out, one);
  }
  return out;
}

void WorkbookWriter::begin_sheet(SheetForm form) {
  end_sheet();
  xml_ = head_of(form, forms_.empty());
  forms_.push_back(std::move(form));
  rows_ = 0;
}

void WorkbookWriter::add_row(const std::vector<OutCell>& cells) {
  LAB_CHECK(!forms_.empty() && rows_ < sheet_rows_max && cells.size() <= columns_max);
  ++rows_;
  xml_ += fmt::format(R"(<row r="{}">)", rows_);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const OutCell& cell = cells[i];
    const auto style = static_cast<unsigned>(cell.look);
    if (cell.text.empty() && (cell.look == Look::plain || cell.look == Look::note)) continue;
    const std::string name = cell_name(i, rows_);
    if (cell.text.empty()) {
      xml_ += fmt::format(R"(<c r="{}" s="{}"/>)", name, style);
    } else if (cell.look == Look::figure && Decimal::parse(cell.text)) {
      xml_ += fmt::format(R"(<c r="{}" s="{}"><v>{}</v></c>)", name, style, cell.text);
    } else {
      xml_ += fmt::format(R"(<c r="{}" s="{}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>)", name, style,
                          xml_text(cell.text));
    }
  }
  xml_ += "</row>";
}

void WorkbookWriter::merge(std::size_t first, std::size_t last) {
  LAB_CHECK(rows_ > 0 && first <= last);
  if (first < last) merged_.push_back(cell_name(first, rows_) + ":" + cell_name(last, rows_));
}

void WorkbookWriter::end_sheet() {
  if (forms_.empty()) return;
  const SheetForm& form = forms_.back();
  xml_ += "</sheetData>";
  if (!merged_.empty()) {
    xml_ += fmt::format(R"(<mergeCells count="{}">)", merged_.size());
    for (const std::string& range : merged_) xml_ += fmt::format(R"(<mergeCell ref="{}"/>)", range);
    xml_ += "</mergeCells>";
  }
  if (!form.choices.empty()) {
    xml_ += fmt::format(R"(<dataValidations count="{}">)", form.choices.size());
    for (const Choice& choice : form.choices) xml_ += choice_xml(choice);
    xml_ += "</dataValidations>";
  }
  xml_ += fmt::format(R"(<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>)"
                      R"(<pageSetup paperSize="9" orientation="{}" fitToHeight="0"/>)"
                      R"(<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>)",
                      form.landscape ? "landscape" : "portrait");
  sheets_.push_back({fmt::format("xl/worksheets/sheet{}.xml", forms_.size()), std::move(xml_)});
  xml_.clear();
  merged_.clear();
}

Result<Bytes> WorkbookWriter::finish(std::string_view title) {
  LAB_CHECK(!forms_.empty());
  end_sheet();
  std::vector<PackedFile> files{
      {"[Content_Types].xml", types_xml(forms_.size())},
      {"_rels/.rels", package_relations()},
      {"docProps/core.xml",
       fmt::format(
           R"({}<cp:coreProperties xmlns:cp="{}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title><dc:creator>qlims</dc:creator></cp:coreProperties>)",
           xml_head, package_space, xml_text(title))},
      {"xl/workbook.xml", workbook_xml(forms_)},
      {"xl/_rels/workbook.xml.rels", workbook_relations(forms_.size())},
      {"xl/styles.xml", fmt::format(R"({}<styleSheet xmlns="{}">{}</styleSheet>)", xml_head, main_space, styles)}};
  files.insert(files.end(), std::make_move_iterator(sheets_.begin()), std::make_move_iterator(sheets_.end()));
  sheets_.clear();
  forms_.clear();
  return pack(files);
}

}  // namespace lab::workbook
