#include "coordinator/documents/upload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "coordinator/documents/upload_fields.hpp"
#include "protocol/base/csv.hpp"

namespace lab::documents {
namespace {

struct Place {
  model::TaskId task{};
  std::uint64_t rows = 0;  // before the page
};

// "T-1.1-42:1999"
Result<Place> parse_place(const std::string& text) {
  Place place;
  if (text.empty()) return place;
  const std::size_t colon = text.find(':');
  const auto task = model::parse_task_id(std::string_view{text}.substr(0, colon));
  const char* const end = text.data() + text.size();
  const char* const digits = colon == std::string::npos ? end : text.data() + colon + 1;
  const auto [stop, error] = std::from_chars(digits, end, place.rows);
  if (!task || error != std::errc{} || stop != end) {
    return fail(ErrorCode::malformed, fmt::format("“{}”不是上一页给出的位置", text), "after");
  }
  place.task = *task;
  return place;
}

std::size_t characters_of(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// What a column shows of a row; the message when it cannot.
Result<std::string> value_of(const UploadColumn& column, const UploadField* field, const UploadSource& source) {
  std::string value = field == nullptr ? column.value : field->value(source);
  if (value.empty()) {
    if (column.optional) return value;
    return fail(ErrorCode::malformed, "没有值；如果对方允许空着，请在对照里写 \"optional\": true");
  }
  if (!column.map.empty()) {
    const auto theirs = column.map.find(value);
    if (theirs == column.map.end()) return fail(ErrorCode::malformed, fmt::format("对照里没有“{}”", value));
    value = theirs->second;
  }
  if (column.compact_date) std::erase(value, '-');
  if (column.characters_max != 0 && characters_of(value) > column.characters_max) {
    return fail(ErrorCode::malformed, fmt::format("“{}”超过对方的 {} 个字", value, column.characters_max));
  }
  return value;
}

class PageWriter {
 public:
  PageWriter(const UploadProfile& profile, const UploadQuestion& question, std::uint64_t rows_before)
      : profile_(profile), question_(question), row_(rows_before), first_row_(rows_before) {
    for (const UploadColumn& column : profile.columns) fields_.push_back(find_upload_field(column.field));
    if (question.format != UploadFormat::csv || !question.after.empty()) return;
    std::vector<std::string> heading;
    for (const UploadColumn& column : profile.columns) heading.push_back(column.name);
    page_.text = format_csv_row(heading);
  }

  void add(const UploadSource& source) {
    ++row_;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      auto value = value_of(profile_.columns[i], fields_[i], source);
      if (!value) note_fault(source, profile_.columns[i], value.error().message);
      values.push_back(value ? std::move(*value) : std::string{});
    }
    write(values);
  }

  [[nodiscard]] bool is_full() const {
    return row_ - first_row_ >= question_.rows_max || page_.text.size() >= upload_octets_max ||
           page_.faults.size() >= upload_faults_max;
  }
  void set_next(const model::TaskId& last) { page_.next = fmt::format("{}:{}", to_text(last), row_); }

  UploadPage take() {
    if (!page_.faults.empty()) page_.text.clear();
    return std::move(page_);
  }

 private:
  void note_fault(const UploadSource& source, const UploadColumn& column, const std::string& message) {
    if (page_.faults.size() >= upload_faults_max) return;
    page_.faults.push_back(
        {.row = row_, .number = source.sample.task.number.text(), .column = column.name, .message = message});
  }
  void write(const std::vector<std::string>& values) {
    if (question_.format == UploadFormat::csv) {
      page_.text += format_csv_row(values);
      return;
    }
    nlohmann::ordered_json object;
    for (std::size_t i = 0; i < values.size(); ++i) object[profile_.columns[i].name] = values[i];
    page_.text += object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }

  const UploadProfile& profile_;
  const UploadQuestion& question_;
  std::vector<const UploadField*> fields_;  // of each column; null: a constant
  std::uint64_t row_;
  std::uint64_t first_row_;
  UploadPage page_;
};

}  // namespace

Result<UploadPage> upload_page(const journal::View& store, const Names& names, const UploadProfile& profile,
                               const UploadQuestion& question) {
  const auto place = parse_place(question.after);
  if (!place) return tl::unexpected(place.error());
  PageWriter writer{profile, question, place->rows};
  ItemReader reader{store};
  const bool names_units = profile.names_units();
  model::TaskId last = place->task;
  for_each_sample(store, question.query, place->task, [&](const CountedSample& sample) {
    if (writer.is_full()) {
      writer.set_next(last);
      return false;
    }
    last = sample.task.id;
    coordinator::tables::SampledUnit unit;
    if (names_units) unit = coordinator::tables::sampled_unit(store, sample.task.id).value_or(unit);
    const UploadSource whole{.store = store, .names = names, .sample = sample, .unit = unit};
    if (!profile.by_item) {
      writer.add(whole);
      return true;
    }
    for (const JudgedItems& verdict : reader.read(sample.task, sample.file, sample.result.counted_version)) {
      for (const ItemResult& item : verdict.items) {
        UploadSource source = whole;
        source.verdict = &verdict;
        source.item = &item;
        writer.add(source);
      }
    }
    return true;
  });
  return writer.take();
}

}  // namespace lab::documents
