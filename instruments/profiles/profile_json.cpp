#include "instruments/profiles/profile_json.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <utility>

#include "instruments/profiles/fold.hpp"
#include "instruments/profiles/json_fields.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::profiles {
namespace {

using nlohmann::json;

template <class T, std::size_t N>
T word_of(JsonFields& fields, const char* name, const std::array<std::pair<std::string_view, T>, N>& words,
          std::optional<T> otherwise) {
  const std::string given = fields.text(name, !otherwise.has_value());
  if (given.empty() && otherwise) return *otherwise;
  std::string known;
  for (const auto& [word, value] : words) {
    if (word == given) return value;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", word);
  }
  fields.wrong(name, fmt::format("“{}”不是可用的词，应为：{}", tidy(given), known));
  return words.front().second;
}

constexpr std::array<std::pair<std::string_view, Field>, field_count> field_words{{
    {"sample_id", Field::sample_id},
    {"sample_type", Field::sample_type},
    {"analyte", Field::analyte},
    {"value", Field::value},
    {"unit", Field::unit},
    {"run", Field::run},
    {"instrument", Field::instrument},
    {"time", Field::time},
    {"flag", Field::flag},
    {"status", Field::status},
    {"well", Field::well},
    {"wells", Field::wells},
    {"none", Field::none},
}};

constexpr std::array<std::pair<std::string_view, Action>, 7> action_words{{
    {"skip", Action::skip},
    {"set", Action::set},
    {"header", Action::header},
    {"data", Action::data},
    {"section", Action::section},
    {"end", Action::end},
    {"refuse", Action::refuse},
}};

std::vector<std::string> folded(std::vector<std::string> words) {
  for (std::string& word : words) word = fold(word);
  return words;
}

void add_test(JsonFields& fields, Condition& condition) {
  constexpr std::array<std::pair<const char*, Relation>, 5> by_words{{{"is", Relation::equals},
                                                                      {"starts", Relation::starts},
                                                                      {"ends", Relation::ends},
                                                                      {"contains", Relation::contains},
                                                                      {"like", Relation::like}}};
  constexpr std::array<std::pair<const char*, Relation>, 3> alone{
      {{"empty", Relation::empty}, {"filled_in", Relation::filled}, {"number", Relation::number}}};
  CellTest test{.column = fields.column("cell"), .title = fold(fields.text("title")), .words = {}};
  test.any = fields.flag("any");
  test.last = fields.flag("last");
  bool found = false;
  for (const auto& [name, relation] : by_words) {
    if (!fields.has(name)) continue;
    test.relation = relation;
    test.words = folded(fields.texts(name));
    condition.cells.push_back(test);
    found = true;
  }
  for (const auto& [name, relation] : alone) {
    if (!fields.flag(name)) continue;
    test.relation = relation;
    test.words.clear();
    condition.cells.push_back(test);
    found = true;
  }
  if (!found && (test.column || !test.title.empty())) fields.wrong("is", "这里要说明单元格应是什么（is, starts, …）");
}

// A condition is one statement or a list of them.
Condition read_condition(std::vector<JsonFields> statements) {
  Condition condition;
  for (JsonFields& fields : statements) {
    for (std::string& title : folded(fields.texts("titles"))) condition.titles.push_back(std::move(title));
    for (std::string& name : folded(fields.texts("section"))) condition.sections.push_back(std::move(name));
    if (fields.has("filled")) condition.filled = fields.number("filled", 0);
    if (fields.has("in_table")) condition.in_table = fields.flag("in_table");
    if (fields.has("after_blank")) condition.after_blank = fields.flag("after_blank");
    add_test(fields, condition);
    fields.finish();
  }
  return condition;
}

std::vector<Condition> read_conditions(JsonFields& fields, const char* name) {
  std::vector<Condition> conditions;
  for (JsonFields& item : fields.objects(name)) {
    std::vector<JsonFields> statements = item.objects("all");
    if (!item.has("all")) {
      conditions.push_back(read_condition({item}));
    } else {
      conditions.push_back(read_condition(std::move(statements)));
      item.finish();
    }
  }
  return conditions;
}

Setting read_setting(JsonFields& fields) {
  constexpr std::array<std::pair<std::string_view, Part>, 3> parts{
      {{"all", Part::all}, {"before_date", Part::before_date}, {"date", Part::date}}};
  Setting setting;
  setting.is_list = fields.flag("list");
  setting.field =
      word_of(fields, "field", field_words, setting.is_list ? std::optional{Field::none} : std::optional<Field>{});
  if (setting.field == Field::well) fields.wrong("field", "孔（well）只能由列说明");
  setting.flag = fields.text("name");
  setting.column = fields.column("cell");
  setting.key = fold(fields.text("key"));
  setting.after = fields.text("after");
  setting.before = fields.text("before");
  setting.part = word_of(fields, "part", parts, std::optional{Part::all});
  setting.word = fields.number("word", 0);
  setting.text = fields.text("text");
  setting.next_of_list = fields.flag("next_of_list");
  if (fields.has("separators")) setting.separators = fields.text("separators");
  setting.joined = fields.flag("joined");
  fields.finish();
  return setting;
}

Column read_column(JsonFields& fields) {
  Column column;
  column.titles = folded(fields.texts("title"));
  column.at = fields.column("at");
  column.behind = fields.flag("behind");
  if (column.titles.empty() && !column.at && !column.behind) {
    fields.wrong("title", "列要有标题（title）、位置（at）或 behind");
  }
  column.nth = fields.number("nth", 0);
  column.field = word_of(fields, "field", field_words, std::optional<Field>{});
  if (column.field == Field::wells) fields.wrong("field", "孔数（wells）只能由一行说明（set）");
  column.required = fields.flag("required");
  column.flag = fields.text("name");
  column.analyte = fields.text("analyte");
  column.unit = fields.text("unit");
  column.unit_titles = folded(fields.texts("unit_title"));
  column.absent_title = fold(fields.text("absent_title"));
  column.joined = fields.flag("joined");
  column.response = fields.flag("response");
  column.optional_value = fields.flag("optional");
  column.alternative = fields.flag("alternative");
  column.fill_down = fields.flag("fill_down");
  fields.finish();
  return column;
}

WellFact read_well_fact(JsonFields& fields) {
  WellFact fact{.label = fold(fields.text("label")),
                .field = word_of(fields, "field", field_words, std::optional<Field>{}),
                .flag = fields.text("name")};
  const bool is_fact = fact.field == Field::sample_id || fact.field == Field::sample_type ||
                       fact.field == Field::flag || fact.field == Field::none;
  if (!is_fact) fields.wrong("field", "孔的说明只能是 sample_id、sample_type、flag 或 none");
  fields.finish();
  return fact;
}

Others read_others(JsonFields& fields) {
  constexpr std::array<std::pair<std::string_view, Wells>, 4> wells{
      {{"none", Wells::none}, {"lettered", Wells::lettered}, {"counted", Wells::counted}, {"titled", Wells::titled}}};
  constexpr std::array<std::pair<std::string_view, UnitFrom>, 5> places{{{"nowhere", UnitFrom::nowhere},
                                                                         {"brackets", UnitFrom::brackets},
                                                                         {"last_word", UnitFrom::last_word},
                                                                         {"row", UnitFrom::row},
                                                                         {"listed", UnitFrom::listed}}};
  Others others;
  others.except = folded(fields.texts("except"));
  others.only_starts = folded(fields.texts("only_starts"));
  others.except_starts = folded(fields.texts("except_starts"));
  others.unit_from = word_of(fields, "unit_from", places, std::optional{UnitFrom::nowhere});
  others.name_row = fields.number("name_row", 1);
  others.unit_row = fields.number("unit_row", 2);
  others.units = fields.texts("units");
  others.value_title = fold(fields.text("value_title"));
  others.unit_title = fold(fields.text("unit_title"));
  others.flag_title = fields.text("flag_title");
  others.samples = fields.flag("samples");
  others.wells = word_of(fields, "wells", wells, std::optional{Wells::none});
  for (JsonFields& fact : fields.objects("says")) others.says.push_back(read_well_fact(fact));
  others.listed = fields.flag("listed");
  others.response = fields.flag("response");
  fields.finish();
  return others;
}

Table read_table(JsonFields& fields) {
  constexpr std::size_t header_rows_max = 8;
  Table table;
  table.header_rows = fields.number("header_rows", 1);
  if (table.header_rows == 0 || table.header_rows > header_rows_max) fields.wrong("header_rows", "应为 1 到 8");
  table.more_when = read_condition(fields.objects("more_when"));
  table.title_row = fields.number("title_row", 1);
  if (table.title_row == 0 || table.title_row > table.header_rows) fields.wrong("title_row", "应为标题行之一");
  for (JsonFields& column : fields.objects("columns")) table.columns.push_back(read_column(column));
  for (JsonFields& others : fields.objects("others")) table.others = read_others(others);
  table.ends_at_blank = fields.flag("ends_at_blank");
  table.names_wells = fields.flag("names_wells");
  if (table.others && (table.others->name_row == 0 || table.others->name_row > table.header_rows)) {
    fields.wrong("others", "name_row 应为标题行之一");
  }
  const bool has_value =
      table.others || table.names_wells ||
      std::ranges::any_of(table.columns, [](const Column& column) { return column.field == Field::value; });
  if (!has_value) fields.wrong("columns", "没有一列是结果（field 为 value，或 others）");
  return table;
}

Rule read_rule(JsonFields& fields, Profile& profile) {
  Rule rule;
  rule.when = read_condition(fields.objects("when"));
  rule.action = word_of(fields, "do", action_words, std::optional<Action>{});
  for (const std::string& name : fields.texts("clear")) {
    const auto* word =
        std::ranges::find(field_words, std::string_view{name}, &decltype(field_words)::value_type::first);
    if (word == field_words.end()) fields.wrong("clear", fmt::format("没有“{}”这种内容", tidy(name)));
    rule.clear.push_back(word == field_words.end() ? Field::none : word->second);
  }
  for (JsonFields& setting : fields.objects("set")) rule.settings.push_back(read_setting(setting));
  rule.text = fields.text("text", rule.action == Action::refuse);
  rule.response = fields.flag("response");
  const bool needs_table = rule.action == Action::header || rule.action == Action::data;
  if (needs_table && fields.has("table")) {
    rule.table = profile.tables.size();
    for (JsonFields& table : fields.objects("table")) {
      profile.tables.push_back(read_table(table));
      table.finish();
    }
  } else if (rule.action == Action::header) {
    fields.wrong("table", "标题行（header）要说明表格的列");
  } else {
    rule.table = static_cast<std::size_t>(-1);  // data of the current table
  }
  fields.finish();
  return rule;
}

void read_text_options(JsonFields& fields, Profile& profile) {
  constexpr std::array<std::pair<std::string_view, drivers::TextCoding>, 3> charsets{
      {{"gb18030", drivers::TextCoding::gb18030},
       {"iso-8859-1", drivers::TextCoding::latin1},
       {"windows-1252", drivers::TextCoding::windows_1252}}};
  for (JsonFields& options : fields.objects("text")) {
    for (const std::string& delimiter : options.texts("delimiters")) {
      if (delimiter.size() != 1) options.wrong("delimiters", "分隔符是一个字符");
      profile.delimiters.push_back(delimiter.empty() ? ',' : delimiter[0]);
    }
    profile.quoted_rows = options.flag("quoted_rows");
    if (options.has("charset")) {
      profile.charset = word_of(options, "charset", charsets, std::optional<drivers::TextCoding>{});
    }
    options.finish();
  }
  if (profile.delimiters.empty()) profile.delimiters = {','};
}

void read_number_options(JsonFields& fields, Profile& profile) {
  constexpr std::array<std::pair<std::string_view, DecimalMark>, 4> marks{{{"point", DecimalMark::point},
                                                                           {"comma", DecimalMark::comma},
                                                                           {"by_file", DecimalMark::by_file},
                                                                           {"either", DecimalMark::either}}};
  for (JsonFields& options : fields.objects("numbers")) {
    profile.decimal = word_of(options, "decimal", marks, std::optional{DecimalMark::point});
    const std::string thousands = options.text("thousands");
    if (thousands.size() > 1) options.wrong("thousands", "千位分隔符是一个字符");
    profile.thousands = thousands.empty() ? '\0' : thousands[0];
    profile.unit_in_value = options.flag("unit_in_value");
    options.finish();
  }
  constexpr std::array<std::pair<std::string_view, DateOrder>, 5> orders{{{"as_written", DateOrder::as_written},
                                                                          {"ymd", DateOrder::ymd},
                                                                          {"dmy", DateOrder::dmy},
                                                                          {"mdy", DateOrder::mdy},
                                                                          {"by_file", DateOrder::by_file}}};
  profile.dates = word_of(fields, "dates", orders, std::optional{DateOrder::as_written});
  for (auto& [given, unit] : fields.pairs("units")) profile.units[fold(given)] = std::move(unit);
  for (JsonFields& words : fields.objects("words")) {
    profile.words.not_detected = folded(words.texts("not_detected"));
    profile.words.not_quantified = folded(words.texts("not_quantified"));
    profile.words.over_range = folded(words.texts("over_range"));
    profile.words.missing = folded(words.texts("missing"));
    profile.words.absent = folded(words.texts("absent"));
    words.finish();
  }
}

void read_sample_options(JsonFields& fields, Profile& profile) {
  for (auto& [given, type] : fields.pairs("sample_types")) profile.sample_types[fold(given)] = std::move(type);
  for (JsonFields& item : fields.objects("types_by_id")) {
    profile.types_by_id.push_back({folded(item.texts("starts")), item.text("type", true)});
    item.finish();
  }
  profile.id_suffixes = fields.texts("id_suffixes");
  for (JsonFields& item : fields.objects("must_have")) {
    Requirement needed{read_condition(item.objects("when")), item.text("text", true), {}};
    for (JsonFields& times : item.objects("times")) {
      needed.times = Stated{read_condition(times.objects("when")), {}};
      for (JsonFields& where : times.objects("set")) needed.times->where = read_setting(where);
      times.finish();
    }
    profile.must_have.push_back(std::move(needed));
    item.finish();
  }
  profile.sample_from_file = fields.flag("sample_from_file");
  for (const std::string& name : fields.texts("unique")) {
    const auto* word =
        std::ranges::find(field_words, std::string_view{name}, &decltype(field_words)::value_type::first);
    if (word == field_words.end()) fields.wrong("unique", fmt::format("没有“{}”这种内容", tidy(name)));
    profile.unique.push_back(word == field_words.end() ? Field::none : word->second);
  }
}

void read_name(JsonFields& fields, Profile& profile) {
  constexpr std::size_t name_octets_max = 64;
  profile.name = fields.text("name", true);
  const bool plain = std::ranges::all_of(
      profile.name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
  if (!plain || profile.name.empty() || profile.name.size() > name_octets_max) {
    fields.wrong("name", "名称用小写字母、数字、短横线和点，不超过 64 个字符");
  }
  profile.version = static_cast<unsigned>(fields.number("version", 0));
  if (profile.version == 0) fields.wrong("version", "版本是从 1 开始的整数");
  profile.title = tidy(fields.text("title", true));
}

void read_records(JsonFields& fields, Profile& profile) {
  if (!fields.has("records")) return;
  profile.records = fields.text("records");
  if (!profile.records.ends_with("[]")) fields.wrong("records", "应为 JSON 里一个列表的路径，例如 runs[].peaks[]");
  if (fields.has("files") || fields.has("sheets"))
    fields.wrong("records", "这种配置只读 JSON，不能再写 files 或 sheets");
  profile.reads_text = false;
  profile.reads_workbooks = false;
}

void read_sources(JsonFields& fields, Profile& profile) {
  const std::vector<std::string> kinds = fields.texts("files");
  for (const std::string& kind : kinds) {
    if (kind != "text" && kind != "xlsx") fields.wrong("files", "文件种类是 text 或 xlsx");
  }
  if (!kinds.empty()) {
    profile.reads_text = std::ranges::find(kinds, "text") != kinds.end();
    profile.reads_workbooks = std::ranges::find(kinds, "xlsx") != kinds.end();
  }
  profile.sheets = folded(fields.texts("sheets"));
  profile.every_sheet = fields.flag("every_sheet");
  read_records(fields, profile);
  profile.signs_within = fields.number("recognise_within", profile.signs_within);
  profile.signs = read_conditions(fields, "recognise");
  if (profile.signs.empty()) fields.wrong("recognise", "要说明怎样认出这种文件");
  profile.never = read_conditions(fields, "never");
}

}  // namespace

std::string Profile::identity() const {
  constexpr std::size_t digest_shown = 12;
  return fmt::format("{}/{}#{}", name, version, digest.substr(0, digest_shown));
}

Result<Profile> parse_profile(std::string_view text) {
  if (text.size() > profile_octets_max) return fail(ErrorCode::too_large, "配置文件超过 1 MB");
  const json parsed = json::parse(text, nullptr, false, true);
  if (parsed.is_discarded()) return fail(ErrorCode::malformed, "不是合法的 JSON，请检查逗号、引号和括号");
  Complaint complaint;
  Profile profile;
  JsonFields fields{parsed, "", complaint};
  read_name(fields, profile);
  read_text_options(fields, profile);
  read_sources(fields, profile);
  read_number_options(fields, profile);
  read_sample_options(fields, profile);
  profile.skip_outside = fields.flag("skip_outside");
  for (JsonFields& rule : fields.objects("rows")) profile.rules.push_back(read_rule(rule, profile));
  const bool refuses = std::ranges::find(profile.rules, Action::refuse, &Rule::action) != profile.rules.end();
  if (profile.tables.empty() && !refuses) fields.wrong("rows", "没有一条规则说明结果在哪里（do 为 header 或 data）");
  fields.finish();
  if (complaint.any()) return tl::unexpected<Error>(complaint.error());
  profile.json = text;
  profile.digest = to_hex(crypto::sha256(text).view());
  return profile;
}

}  // namespace lab::profiles
