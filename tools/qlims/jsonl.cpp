#include "tools/qlims/jsonl.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

namespace lab::qlims {

using Json = nlohmann::json;

struct Fields::State {
  Json object;
  std::vector<std::string_view> asked;
  std::optional<Error> error;
};

namespace {

const char* const not_a_decimal =
    "must be a decimal number written as a string, such as \"0.050\"; a JSON number would lose its trailing zeros";

// Absent, null and "" are the same: not given.
const Json* given(const Json& object, std::string_view name) {
  const auto at = object.find(name);
  if (at == object.end() || at->is_null()) return nullptr;
  if (at->is_string() && at->get_ref<const std::string&>().empty()) return nullptr;
  return &*at;
}

std::optional<double> to_number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (!Decimal::parse(text)) return std::nullopt;
  double number = 0;
  const char* const first = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto read = std::from_chars(first, text.data() + text.size(), number);
  return read.ec == std::errc{} ? std::optional{number} : std::nullopt;
}

// The shortest text that stands for the same double is what was written, up to 15 digits.
std::optional<Decimal> to_quantity(const Json& value) {
  if (value.is_string()) return Decimal::parse(value.get_ref<const std::string&>());
  if (value.is_number_float()) return Decimal::parse(fmt::format("{}", value.get<double>()));
  return value.is_number() ? Decimal::parse(value.dump()) : std::nullopt;
}

}  // namespace

Fields::Fields(std::unique_ptr<State> state) : state_(std::move(state)) {}
Fields::Fields(Fields&&) noexcept = default;
Fields::~Fields() = default;

Result<Fields> Fields::parse(std::string_view line) {
  auto state = std::make_unique<State>();
  state->object = Json::parse(line, nullptr, false);
  if (state->object.is_discarded()) {
    return fail(ErrorCode::malformed, "the line is not JSON in UTF-8; write one object a line");
  }
  if (!state->object.is_object()) return fail(ErrorCode::malformed, "the line must be a JSON object: {\"field\": ...}");
  return Fields{std::move(state)};
}

void Fields::reject(std::string_view name, std::string_view why) {
  if (!state_->error) state_->error = Error{ErrorCode::malformed, fmt::format("{} {}", name, why), std::string{name}};
}

bool Fields::has(std::string_view name) {
  state_->asked.push_back(name);
  return given(state_->object, name) != nullptr;
}

void Fields::require(std::string_view name) {
  if (!has(name)) reject(name, "must be given");
}

std::string Fields::text(std::string_view name) {
  state_->asked.push_back(name);
  const Json* const value = given(state_->object, name);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  reject(name, "must be a string");
  return {};
}

std::optional<Decimal> Fields::decimal(std::string_view name) {
  state_->asked.push_back(name);
  const Json* const value = given(state_->object, name);
  if (value == nullptr) return std::nullopt;
  const auto number = value->is_string() ? Decimal::parse(value->get_ref<const std::string&>()) : std::nullopt;
  if (!number) reject(name, not_a_decimal);
  return number;
}

std::optional<Decimal> Fields::quantity(std::string_view name) {
  state_->asked.push_back(name);
  const Json* const value = given(state_->object, name);
  if (value == nullptr) return std::nullopt;
  const auto number = to_quantity(*value);
  if (!number) reject(name, "must be a decimal number such as \"0.050\"");
  return number;
}

std::optional<std::int64_t> Fields::integer(std::string_view name) {
  state_->asked.push_back(name);
  const Json* const value = given(state_->object, name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number_integer() && !(value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX)) {
    return value->get<std::int64_t>();
  }
  if (value->is_string()) {
    const auto& text = value->get_ref<const std::string&>();
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) return number;
  }
  reject(name, "must be a whole number");
  return std::nullopt;
}

std::optional<double> Fields::number(std::string_view name) {
  state_->asked.push_back(name);
  const Json* const value = given(state_->object, name);
  if (value == nullptr) return std::nullopt;
  const auto number = to_number(*value);
  if (!number) reject(name, "must be a number");
  return number;
}

bool Fields::flag(std::string_view name, bool otherwise) {
  state_->asked.push_back(name);
  const Json* const value = given(state_->object, name);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  reject(name, "must be true or false");
  return otherwise;
}

// Elements of the list as `read` reads them; `kind` says in an error what each must be.
template <class Read>
auto Fields::collect(std::string_view name, Read read, std::string_view kind) {
  state_->asked.push_back(name);
  std::vector<typename std::invoke_result_t<Read, const Json&>::value_type> result;
  const Json* const value = given(state_->object, name);
  if (value == nullptr) return result;
  if (!value->is_array()) reject(name, fmt::format("must be a list of {}s", kind));
  for (std::size_t i = 0; value->is_array() && i < value->size(); ++i) {
    const auto number = read((*value)[i]);
    if (!number) {
      reject(name, fmt::format("must be a list of {0}s, and its element {1} is not a {0}", kind, i + 1));
      break;
    }
    result.push_back(*number);
  }
  return result;
}

std::vector<std::string> Fields::texts(std::string_view name) {
  state_->asked.push_back(name);
  const Json* const value = given(state_->object, name);
  if (value == nullptr) return {};
  const bool good = value->is_array() && std::ranges::all_of(*value, [](const Json& v) { return v.is_string(); });
  if (good) return value->get<std::vector<std::string>>();
  reject(name, "must be a list of strings");
  return {};
}

std::vector<double> Fields::numbers(std::string_view name) { return collect(name, to_number, "number"); }

std::vector<Decimal> Fields::quantities(std::string_view name) { return collect(name, to_quantity, "decimal number"); }

std::vector<Fields> Fields::objects(std::string_view name) {
  state_->asked.push_back(name);
  const Json* const value = given(state_->object, name);
  std::vector<Fields> result;
  if (value == nullptr) return result;
  if (!value->is_array() || !std::ranges::all_of(*value, [](const Json& v) { return v.is_object(); })) {
    reject(name, "must be a list of objects");
    return result;
  }
  for (const Json& element : *value) {
    auto state = std::make_unique<State>();
    state->object = element;
    result.push_back(Fields{std::move(state)});
  }
  return result;
}

Result<void> Fields::finish() {
  if (state_->error) return tl::unexpected(*state_->error);
  for (const auto& [name, value] : state_->object.items()) {
    if (std::ranges::find(state_->asked, std::string_view{name}) == state_->asked.end()) {
      return fail(ErrorCode::malformed, fmt::format("unknown field \"{}\"; see --help for the fields", name), name);
    }
  }
  return {};
}

namespace {

Result<void> answer(std::string_view line, const LineHandler& handler, JsonWriter& out) {
  if (line.size() > line_octets_max) {
    return fail(ErrorCode::too_large, fmt::format("the line is longer than {} octets", line_octets_max));
  }
  auto fields = Fields::parse(line);
  if (!fields) return tl::unexpected(fields.error());
  return handler(*fields, out);
}

// Room for a line that is just too long, its '\r' and the terminating zero.
constexpr std::size_t line_buffer_octets = line_octets_max + 3;

// As std::getline, but of a line that does not fit only the beginning is kept, and the rest passed over. Nothing at the
// end of the input. Valid until the next call.
std::optional<std::string_view> next_line(std::istream& in, std::string& buffer) {
  in.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  auto octets = static_cast<std::size_t>(in.gcount());
  if (octets == 0) return std::nullopt;  // an empty line has its '\n'
  if (in.good()) {
    --octets;  // the '\n'
  } else if (!in.eof()) {
    in.clear();
    in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  std::string_view line{buffer.data(), octets};
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

int run_jsonl(std::istream& in, std::ostream& out, const LineHandler& handler) {
  int exit_code = 0;
  std::string buffer(line_buffer_octets, '\0');
  for (std::int64_t number = 1;; ++number) {
    const auto line = next_line(in, buffer);
    if (!line) break;
    JsonWriter writer;
    if (const auto answered = answer(*line, handler, writer); !answered) {
      writer = JsonWriter{};
      writer.text("error", answered.error().message);
      writer.integer("line", number);
      exit_code = 1;
    }
    out << writer.take() << '\n';
    if (in.rdbuf()->in_avail() <= 0) out.flush();
  }
  out.flush();
  return out.good() ? exit_code : 1;
}

int run_jsonl(const LineHandler& handler) {
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  return run_jsonl(std::cin, std::cout, handler);
}

}  // namespace lab::qlims
