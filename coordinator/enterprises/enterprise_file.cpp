#include "coordinator/enterprises/enterprise_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "coordinator/enterprises/codes.hpp"
#include "protocol/base/text.hpp"

namespace lab::enterprises {
namespace {

namespace kind = coordinator::tables::enterprise_kind;
using planning::Column;

constexpr std::array columns{
    Column{{"名称", "name", "企业名称", "单位名称"}},
    Column{{"统一社会信用代码", "code", "信用代码", "组织机构代码"}, true},
    Column{{"类型", "kind"}, true},
    Column{{"市州", "city", "市州代码"}, true},
    Column{{"区县", "county", "区县代码"}, true},
    Column{{"地址", "address"}, true},
    Column{{"其他名称", "other_names", "曾用名"}, true},
};
enum Field : std::size_t { name, code, kinds, city, county, address, other_names };

struct KindName {
  std::string_view text;
  std::uint8_t kind;
};
constexpr std::array kind_names{KindName{"生产者", kind::producer}, KindName{"producer", kind::producer},
                                KindName{"经营者", kind::shop},     KindName{"shop", kind::shop},
                                KindName{"种养殖者", kind::farm},   KindName{"farm", kind::farm}};

std::vector<std::string> split(std::string_view text, std::span<const std::string_view> separators) {
  std::vector<std::string> parts;
  std::string part;
  const auto end_part = [&] {
    const std::string_view bare = trim(part);
    if (!bare.empty()) parts.emplace_back(bare);
    part.clear();
  };
  while (!text.empty()) {
    const auto separator =
        std::ranges::find_if(separators, [&](std::string_view one) { return text.starts_with(one); });
    if (separator != separators.end()) {
      end_part();
      text.remove_prefix(separator->size());
      continue;
    }
    part += text.front();
    text.remove_prefix(1);
  }
  end_part();
  return parts;
}

// Those of a Chinese keyboard, whose look in an editor is that of the others.
constexpr std::string_view wide_semicolon = "\xEF\xBC\x9B";
constexpr std::string_view wide_comma = "\xEF\xBC\x8C";
constexpr std::array<std::string_view, 4> semicolons{";", wide_semicolon, "|", "\n"};
constexpr std::array<std::string_view, 6> commas{";", wide_semicolon, ",", wide_comma, "、", " "};

class Checker {
 public:
  Checker(const planning::Table& table, const planning::Divisions& divisions)
      : divisions_(divisions), reader_(table, columns) {}

  std::vector<std::pair<Named, std::vector<std::string>>> rows() {
    std::vector<std::pair<Named, std::vector<std::string>>> rows;
    if (!reader_.header_is_good()) return rows;
    if (reader_.row_count() == 0) reader_.complain_of_row("列名下面没有数据；请至少写一行");
    if (reader_.row_count() > file_rows_max) {
      reader_.complain_of_row(fmt::format("一个文件最多 {} 行；请分成几个文件", file_rows_max));
      return rows;
    }
    for (std::size_t row = 0; row < reader_.row_count(); ++row) {
      reader_.open(row);
      rows.push_back(check_row());
    }
    return rows;
  }

  std::vector<planning::Complaint> complaints() { return reader_.take_complaints(); }

 private:
  std::pair<Named, std::vector<std::string>> check_row() {
    Named named;
    if (auto given = reader_.text(name)) named.name = std::move(*given);
    named.code = optional_text(code);
    named.address = optional_text(address);
    if (!named.code.empty()) check_code(named.code);
    check_kinds(named);
    check_place(named);
    std::vector<std::string> names = split(reader_.cell(other_names), semicolons);
    if (names.size() >= coordinator::tables::enterprise_names_max) {
      reader_.complain(other_names, fmt::format("最多 {} 个", coordinator::tables::enterprise_names_max - 1));
    }
    return {std::move(named), std::move(names)};
  }

  std::string optional_text(Field field) {
    if (reader_.cell(field).empty()) return {};
    return reader_.text(field).value_or("");
  }

  void check_code(const std::string& text) {
    if (std::string why = why_no_code(text); !why.empty()) return reader_.complain(code, std::move(why));
    const auto [known, is_new] = lines_.try_emplace(parse_code(text)->text, reader_.line());
    if (!is_new) reader_.complain(code, fmt::format("与第 {} 行的代码相同；一个代码只能有一行", known->second));
  }

  void check_kinds(Named& named) {
    for (const std::string& word : split(reader_.cell(kinds), commas)) {
      const auto known = std::ranges::find(kind_names, word, &KindName::text);
      if (known == kind_names.end()) {
        return reader_.complain(kinds, "没有这个类型；可写 生产者、经营者、种养殖者");
      }
      named.kinds |= known->kind;
    }
  }

  void check_place(Named& named) {
    const std::string_view city_text = reader_.cell(city);
    const std::string_view county_text = reader_.cell(county);
    if (city_text.empty()) {
      if (!county_text.empty()) reader_.complain(city, "写了区县，还应写它所属的市州");
      return;
    }
    const planning::City* known = divisions_.find_city(city_text);
    if (known == nullptr) {
      return reader_.complain(city, "没有这个市州；请写六位代码（如 510100）或全称（如 成都市）");
    }
    named.city = known->code;
    if (county_text.empty()) return;
    const planning::County* place = divisions_.find_county(*known, county_text);
    if (place == nullptr) {
      return reader_.complain(county, fmt::format("{}没有这个区县；请写六位代码或全称", known->name));
    }
    named.county = place->code;
  }

  const planning::Divisions& divisions_;
  planning::Reader reader_;
  std::map<std::string, std::size_t> lines_;  // of each code
};

}  // namespace

Result<EnterpriseImport> import_enterprises(BytesView file, std::string file_name,
                                            const planning::Divisions& divisions) {
  auto table = planning::read_table(file, std::move(file_name), columns);
  if (!table) return fail(std::move(table));
  Checker checker{*table, divisions};
  EnterpriseImport result;
  result.rows = checker.rows();
  result.complaints = checker.complaints();
  if (table->sheet) result.sheet = table->sheet->name;
  if (result.accepted()) return result;
  result.rows.clear();
  result.error_file = planning::error_file(*table, result.complaints, file);
  return result;
}

std::string enterprise_template_text() {
  std::vector<std::string> header;
  header.reserve(columns.size());
  for (const Column& column : columns) header.emplace_back(column.names.front());
  return format_csv_row(header);
}

}  // namespace lab::enterprises
