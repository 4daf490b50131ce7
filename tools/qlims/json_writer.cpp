#include "tools/qlims/json_writer.hpp"

#include <fmt/format.h>
#include <cmath>
#include <iterator>

namespace lab::qlims {

void JsonWriter::name(std::string_view name) {
  if (out_.back() != '{' && out_.back() != '[') out_ += ',';
  if (name.empty()) return;
  quoted(name);
  out_ += ':';
}

void JsonWriter::quoted(std::string_view text) {
  out_ += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

void JsonWriter::text(std::string_view name, std::string_view value) {
  this->name(name);
  quoted(value);
}

void JsonWriter::integer(std::string_view name, std::int64_t value) {
  this->name(name);
  fmt::format_to(std::back_inserter(out_), "{}", value);
}

void JsonWriter::number(std::string_view name, double value) {
  if (!std::isfinite(value)) return null(name);
  this->name(name);
  fmt::format_to(std::back_inserter(out_), "{:.12g}", value);
}

void JsonWriter::flag(std::string_view name, bool value) {
  this->name(name);
  out_ += value ? "true" : "false";
}

void JsonWriter::null(std::string_view name) {
  this->name(name);
  out_ += "null";
}

void JsonWriter::begin_list(std::string_view name) {
  this->name(name);
  out_ += '[';
}

void JsonWriter::end_list() { out_ += ']'; }

void JsonWriter::begin_object(std::string_view name) {
  this->name(name);
  out_ += '{';
}

void JsonWriter::end_object() { out_ += '}'; }

std::string JsonWriter::take() {
  std::string done = std::move(out_);
  done += '}';
  out_ = "{";
  return done;
}

}  // namespace lab::qlims
