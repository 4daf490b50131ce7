#include "tools/qlims/json_writer.hpp"

#include <fmt/format.h>
#include <algorithm>
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
  const auto is_plain = [](char c) { return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20; };
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
    out_.append(text.substr(0, plain));  // nearly always all of it
    text.remove_prefix(plain);
    if (text.empty()) break;
    const char c = text.front();
    if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out_ += '\\';
      out_ += c;
    }
    text.remove_prefix(1);
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
