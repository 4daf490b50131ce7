#include "coordinator/tables/determinations.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <type_traits>
#include <utility>

#include "coordinator/tables/held_events.hpp"
#include "protocol/rules/panel_results.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;
using Form = rules::ResultColumns::Form;

// Columns are copied as they lie in memory, in records and out of them.
static_assert(std::endian::native == std::endian::little);

constexpr std::uint8_t has_number_bit = 1;
constexpr std::uint8_t wide_bit = 2;

Bytes key_of_task(const model::TaskId& task) { return Fields{letter::determinations}.add(task).bytes(); }

// Borrows from `all`.
rules::PanelResults results_in(const std::vector<model::Measured>& all) {
  std::size_t items = 0;
  for (const model::Measured& measured : all) {
    for (const model::Determination& one : measured.determinations) items = std::max<std::size_t>(items, one.item + 1U);
  }
  rules::PanelResults results{items};
  for (const model::Measured& measured : all) {
    for (const model::Determination& one : measured.determinations) results.add(one, measured.portion);
  }
  return results;
}

template <class Number>
void add_column(Bytes& record, const std::vector<Number>& column) {
  record.append(reinterpret_cast<const char*>(column.data()), column.size() * sizeof(Number));
}

Bytes origin_of(const model::Task& task, const model::Judged& judged) {
  Fields origin;
  origin.add(judged.edition);
  add_long_text(origin, task.panel.value());
  add_long_text(origin, task.category.value());
  add_long_text(origin, task.commodity);
  return origin.bytes();
}

Bytes octets_of(const Form& form) {
  const int flags = (form.has_number ? has_number_bit : 0) | (form.wide ? wide_bit : 0);
  Fields octets;
  octets.add(static_cast<std::uint8_t>(form.exponent)).add(static_cast<std::uint8_t>(form.state));
  octets.add(static_cast<std::uint8_t>(form.comparator)).add(static_cast<std::uint8_t>(flags));
  octets.add(form.portion);
  return octets.add(BytesView{form.unit}.substr(0, unit_octets_max)).bytes();
}

void add_decimal(Fields& fields, const Decimal& number) {
  const auto mantissa = static_cast<unsigned __int128>(number.mantissa());
  fields.add(static_cast<std::uint64_t>(mantissa >> 64U)).add(static_cast<std::uint64_t>(mantissa));
  fields.add(static_cast<std::uint8_t>(number.exponent()));
}

Decimal take_decimal(FieldReader& fields) {
  const auto high = fields.take<std::uint64_t>();
  const auto low = fields.take<std::uint64_t>();
  const auto mantissa = static_cast<Decimal::Mantissa>((static_cast<unsigned __int128>(high) << 64U) | low);
  return Decimal{mantissa, static_cast<std::int8_t>(fields.take<std::uint8_t>())};
}

// The columns of one sample while they grow.
class Columns {
 public:
  void add(const model::Determination& result, std::uint8_t portion, const model::ItemVerdict& verdict) {
    const auto form = number_of(rules::form_of(result, portion));
    if (!form) {
      ++left_out_;
      return;
    }
    forms_.push_back(*form);
    digits_.push_back(rules::digits_of(result, wide_));
    items_.push_back(verdict.item);
    outcomes_.push_back(static_cast<std::uint8_t>(verdict.outcome));
    reasons_.push_back(static_cast<std::uint8_t>(verdict.reason));
  }

  [[nodiscard]] Bytes record(const Bytes& origin, const model::Task& task, CivilDate judged_for) const {
    Fields head;
    head.add(static_cast<std::uint32_t>(origin.size())).add(BytesView{origin});
    head.add(task.city).add(static_cast<std::uint32_t>(to_day_number(judged_for))).add(left_out_);
    head.add(static_cast<std::uint16_t>(known_.size()));
    for (const Bytes& form : in_order_) add_short_text(head, form);
    head.add(static_cast<std::uint32_t>(wide_.size()));
    for (const Decimal& number : wide_) add_decimal(head, number);
    head.add(static_cast<std::uint32_t>(items_.size()));
    Bytes record = head.bytes();
    add_column(record, digits_);
    add_column(record, items_);
    add_column(record, forms_);
    add_column(record, outcomes_);
    add_column(record, reasons_);
    return record;
  }

 private:
  std::optional<std::uint16_t> number_of(const Form& form) {
    Bytes octets = octets_of(form);
    if (const auto known = known_.find(octets); known != known_.end()) return known->second;
    if (known_.size() == forms_per_sample_max) return std::nullopt;
    const auto number = static_cast<std::uint16_t>(known_.size());
    known_.emplace(octets, number);
    in_order_.push_back(std::move(octets));
    return number;
  }

  std::map<Bytes, std::uint16_t> known_;
  std::vector<Bytes> in_order_;
  std::vector<Decimal> wide_;
  std::vector<std::int64_t> digits_;
  std::vector<std::uint16_t> items_;
  std::vector<std::uint16_t> forms_;
  std::vector<std::uint8_t> outcomes_;
  std::vector<std::uint8_t> reasons_;
  std::uint32_t left_out_ = 0;
};

// Into `sample`, whose vectors keep their memory from one record to the next.
void read_record(BytesView record, KeptSample& sample) {
  FieldReader fields{record};
  sample.origin = fields.take_bytes(fields.take<std::uint32_t>());
  sample.city = model::CityCode{fields.take<std::uint32_t>()};
  sample.judged_for = from_day_number(static_cast<std::int32_t>(fields.take<std::uint32_t>()));
  sample.left_out = fields.take<std::uint32_t>();
  sample.forms.resize(fields.take<std::uint16_t>());
  for (BytesView& form : sample.forms) form = fields.take_bytes(fields.take<std::uint8_t>());
  sample.wide.clear();
  for (auto left = fields.take<std::uint32_t>(); left > 0; --left) sample.wide.push_back(take_decimal(fields));
  rules::KeptColumns& columns = sample.columns;
  columns.count = fields.take<std::uint32_t>();
  columns.digits = fields.take_bytes(columns.count * sizeof(std::int64_t));
  columns.items = fields.take_bytes(columns.count * sizeof(std::uint16_t));
  columns.forms = fields.take_bytes(columns.count * sizeof(std::uint16_t));
  columns.outcomes = fields.take_bytes(columns.count);
  columns.reasons = fields.take_bytes(columns.count);
}

}  // namespace

void put_determinations(journal::Draft& draft, const model::Task& task, const TaskFile& file, const EventPlace& place,
                        const model::Judged& judged) {
  const auto measured = measured_before(draft, file, place);
  const rules::PanelResults results = results_in(measured);
  Columns columns;
  for (const model::ItemVerdict& verdict : judged.items) {
    const model::Determination* const first = verdict.item < results.size() ? results.of(verdict.item) : nullptr;
    const model::Determination nothing{.item = verdict.item, .value = {}, .unit = {}};
    columns.add(first ? *first : nothing, 1, verdict);
    if (verdict.item >= results.size()) continue;
    for (const std::uint8_t portion : results.further_portions_of(verdict.item)) {
      columns.add(*results.of(verdict.item, portion), portion, verdict);
    }
  }
  draft.put(key_of_task(task.id), columns.record(origin_of(task, judged), task, judged.judged_for));
}

void forget_result(journal::Draft& draft, const model::TaskId& task) {
  TaskFile file = task_file(draft, task);
  if (!file.result()) return;
  file.set_result(std::nullopt);
  put_task_file(draft, task, file);
  draft.erase(key_of_task(task));
}

Origin read_origin(BytesView origin) {
  FieldReader fields{origin};
  const Hash edition = fields.take_hash();
  const auto panel = model::PanelCode{take_long_text(fields)};
  const auto category = model::CategoryCode{take_long_text(fields)};
  return {.edition = edition, .panel = panel, .category = category, .commodity = take_long_text(fields)};
}

Form read_form(BytesView form) {
  FieldReader fields{form};
  const auto exponent = static_cast<std::int8_t>(fields.take<std::uint8_t>());
  const auto state = static_cast<model::ValueState>(fields.take<std::uint8_t>());
  const auto comparator = static_cast<model::Comparator>(fields.take<std::uint8_t>());
  const auto flags = fields.take<std::uint8_t>();
  const auto portion = fields.take<std::uint8_t>();
  return {.exponent = exponent,
          .state = state,
          .comparator = comparator,
          .has_number = (flags & has_number_bit) != 0,
          .wide = (flags & wide_bit) != 0,
          .portion = portion,
          .unit = std::string{fields.rest()}};
}

void for_each_kept_sample(const journal::View& store, const PlanRef& plan, std::uint32_t first, std::uint32_t last,
                          const std::function<void(const model::TaskId& task, const KeptSample& sample)>& visit) {
  const auto key = [&](std::uint32_t number) { return key_of(letter::determinations, plan).add(number).bytes(); };
  KeptSample sample;
  store.scan(key(first), key(last), [&](BytesView at, BytesView record) {
    read_record(record, sample);
    visit(FieldReader::of_key(at).take_task(), sample);
    return true;
  });
}

}  // namespace lab::coordinator::tables
