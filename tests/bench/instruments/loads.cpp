#include "tests/bench/instruments/loads.hpp"

#include <fmt/format.h>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>

#include "instruments/sheet/sheet.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/masshunter_writer.hpp"
#include "protocol/base/check.hpp"
#include "tests/protocol/workbook/zipped_parts.hpp"

namespace lab::bench {
namespace {

constexpr std::size_t hl7_octets = 554;

char pseudo_digit(std::int64_t value, char zero, const char* positive, const char* negative) {
  if (value == 0) return zero;
  const std::string digits = std::to_string(std::abs(value));
  return (value > 0 ? positive : negative)[digits[0] - '1'];
}

std::string pseudo_number(std::int64_t value, char zero, const char* positive, const char* negative) {
  return pseudo_digit(value, zero, positive, negative) + std::to_string(std::abs(value)).substr(1);
}

std::vector<std::int64_t> spectrum(std::size_t points) {
  std::mt19937 random{20130603};
  std::uniform_int_distribution<int> noise{-9, 9};
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < points; ++i) {
    const double at = static_cast<double>(i % 2000) / 200.0;
    const bool is_flat = i % 2000 > 1600;
    values.push_back(is_flat ? 1000
                             : static_cast<std::int64_t>(20000 * std::exp(-(at - 4) * (at - 4))) + noise(random));
  }
  return values;
}

void add_affn(std::string& text, const std::vector<std::int64_t>& values) {
  constexpr std::size_t per_line = 8;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % per_line == 0) text += fmt::format("{}{}", i == 0 ? "" : "\r\n", 400 + i);
    text += fmt::format(" {}", values[i]);
  }
  text += "\r\n";
}

void add_difdup(std::string& text, const std::vector<std::int64_t>& values) {
  constexpr std::size_t line_octets = 76;
  for (std::size_t i = 0; i + 1 < values.size();) {
    std::string line = fmt::format("{}", 400 + i) + pseudo_number(values[i], '@', "ABCDEFGHI", "abcdefghi");
    while (line.size() < line_octets && i + 1 < values.size()) {
      const std::int64_t step = values[i + 1] - values[i];
      std::size_t run = 0;
      while (i + 1 < values.size() && values[i + 1] - values[i] == step) ++run, ++i;
      line += pseudo_number(step, '%', "JKLMNOPQR", "jklmnopqr");
      if (run > 1) line += pseudo_number(static_cast<std::int64_t>(run), '?', "STUVWXYZs", "");
    }
    text += line + "\r\n";
  }
}

std::string concentration(std::size_t row, std::size_t element) {
  return fmt::format("0.{:04}", (row * 31 + element * 7) % 10000);
}

constexpr const char* main_space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr const char* relation_type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr const char* spreadsheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml";

std::string relationships(const std::string& list) {
  return R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)" + list +
         "</Relationships>";
}

std::string text_cell(const std::string& place, const std::string& text) {
  return fmt::format(R"(<c r="{}" t="inlineStr"><is><t>{}</t></is></c>)", place, text);
}

std::string worksheet(std::size_t rows, std::size_t elements) {
  std::vector<std::string> titles{"Sample Id", "Acquisition Time", "Dataset File"};
  for (std::size_t i = 0; i < elements; ++i) titles.push_back(fmt::format("Element {} (mg/L)", i));
  std::string xml = fmt::format(R"(<worksheet xmlns="{}"><sheetData><row r="1">)", main_space);
  for (std::size_t i = 0; i < titles.size(); ++i) xml += text_cell(sheet::cell_name(i, 1), titles[i]);
  for (std::size_t row = 2; row <= rows + 1; ++row) {
    xml += fmt::format(R"(</row><row r="{}">)", row);
    xml += text_cell(sheet::cell_name(0, row), fmt::format("S-{}", row));
    xml += text_cell(sheet::cell_name(1, row), "03/06/13 11:47:11 AM");
    xml += text_cell(sheet::cell_name(2, row), fmt::format("batch.{}", row));
    for (std::size_t i = 0; i < elements; ++i) {
      xml += fmt::format(R"(<c r="{}"><v>{}</v></c>)", sheet::cell_name(i + 3, row), concentration(row, i));
    }
  }
  return xml + "</row></sheetData></worksheet>";
}

}  // namespace

std::string hl7_message() {
  std::string text =
      "MSH|^~\\&|BS-360E|BENCH 2|LIS|LAB|20130603090000||ORU^R01|M-1|P|2.3.1||||||UNICODE UTF-8\r"
      "PID|1||P-2013-000017^^^LAB||SAMPLE^VEGETABLE||20130603\r"
      "OBR|1|SC13NCP000017|SC13NCP000017|^^^METALS^HEAVY METALS|||20130603085500\r";
  for (const char* result :
       {"Pb^LEAD||0.050|mg/kg|<0.2|N", "Cd^CADMIUM||0.012|mg/kg|<0.05|N", "Hg^MERCURY||0.003|mg/kg|<0.01|N",
        "As^ARSENIC||0.021|mg/kg|<0.5|N", "Cr^CHROMIUM||0.750|mg/kg|<0.5|H"}) {
    text += fmt::format("OBX|1|NM|{}|||F|||20130603090000\r", result);
  }
  const std::string note = "NTE|1|L|";
  LAB_CHECK(text.size() + note.size() + 1 <= hl7_octets);
  return text + note + std::string(hl7_octets - text.size() - note.size() - 1, 'x') + "\r";
}

std::vector<std::string> astm_records() {
  sim::AnalyserMessage message{"SC13NCP000017", {}};
  for (int i = 1; i <= 24; ++i) message.results.push_back({fmt::format("ELEMENT{:02}", i), "0.0512", "mg/kg"});
  auto records = sim::astm_records(message, "XP-100");
  LAB_CHECK(records.size() == 28);
  return records;
}

std::string masshunter_table(std::size_t rows, std::size_t analytes) {
  sim::Batch batch{.analytes = {}, .unit = "mg/kg"};
  for (std::size_t i = 0; i < analytes; ++i) batch.analytes.push_back(fmt::format("Compound {}", i));
  for (std::size_t row = 0; row < rows; ++row) {
    sim::BatchRow line{.name = fmt::format("S-{}", row), .data_file = fmt::format("{}.d", row), .values = {}};
    for (std::size_t i = 0; i < analytes; ++i) line.values.push_back(concentration(row, i));
    batch.rows.push_back(std::move(line));
  }
  return sim::masshunter_csv(batch);
}

std::string sample_table(std::size_t rows, std::size_t elements) {
  std::string text;
  for (std::size_t i = 0; i < elements; ++i) text += fmt::format(",Element {}", i);
  text += ",end\n";
  for (std::size_t row = 0; row < rows; ++row) {
    text += fmt::format("S-{}", row);
    for (std::size_t i = 0; i < elements; ++i) text += ',' + concentration(row, i);
    text += ",\n";
  }
  return text + "end\n";
}

Bytes workbook(std::size_t rows, std::size_t elements) {
  constexpr std::array names{"Raw Intensities", "Raw RSDs",     "Net Intensities", "Net RSDs",           workbook_sheet,
                             "Organic",         "Organic RSDs", "Unfactored",      "Internal Standards", "QC"};
  const std::string sheet = worksheet(rows, elements);
  std::string list;
  std::string relations;
  std::string types;
  std::map<std::string, std::string> files;
  for (std::size_t i = 1; i <= names.size(); ++i) {
    list += fmt::format(R"(<sheet name="{}" sheetId="{}" r:id="rId{}"/>)", names[i - 1], i, i);
    relations += fmt::format(R"(<Relationship Id="rId{0}" Type="{1}/worksheet" Target="worksheets/sheet{0}.xml"/>)", i,
                             relation_type);
    types += fmt::format(R"(<Override PartName="/xl/worksheets/sheet{}.xml" ContentType="{}.worksheet+xml"/>)", i,
                         spreadsheet_type);
    files[fmt::format("xl/worksheets/sheet{}.xml", i)] = sheet;
  }
  files["[Content_Types].xml"] = fmt::format(
      R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" )"
      R"(ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{}<Override PartName="/xl/workbook.xml" )"
      R"(ContentType="{}.sheet.main+xml"/></Types>)",
      types, spreadsheet_type);
  files["_rels/.rels"] = relationships(
      fmt::format(R"(<Relationship Id="rId1" Type="{}/officeDocument" Target="xl/workbook.xml"/>)", relation_type));
  files["xl/_rels/workbook.xml.rels"] = relationships(relations);
  files["xl/workbook.xml"] = fmt::format(R"(<workbook xmlns="{}" xmlns:r="{}"><sheets>{}</sheets></workbook>)",
                                         main_space, relation_type, list);
  return workbook::zipped(files);
}

std::string jcamp_file(std::size_t points, Encoding encoding) {
  const auto values = spectrum(points);
  std::string text = fmt::format(
      "##TITLE= S-1\r\n##JCAMP-DX= 4.24\r\n##DATA TYPE= INFRARED SPECTRUM\r\n##ORIGIN= bench\r\n##OWNER= bench\r\n"
      "##XUNITS= 1/CM\r\n##YUNITS= ABSORBANCE\r\n##XFACTOR= 1\r\n##YFACTOR= 0.0001\r\n##FIRSTX= 400\r\n##LASTX= {}\r\n"
      "##NPOINTS= {}\r\n##FIRSTY= {}\r\n##XYDATA= (X++(Y..Y))\r\n",
      400 + points - 1, points, static_cast<double>(values[0]) * 1e-4);
  if (encoding == Encoding::affn) {
    add_affn(text, values);
  } else {
    add_difdup(text, values);
  }
  return text + "##END=\r\n";
}

}  // namespace lab::bench
