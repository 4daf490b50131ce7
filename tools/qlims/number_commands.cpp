// qlims number check, qlims number make: sample numbers and their check character.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "protocol/model/official_number.hpp"
#include "protocol/model/sample_number.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/failure.hpp"
#include "tools/qlims/jsonl.hpp"

namespace lab::qlims {
namespace {

constexpr std::int64_t count_max = 100'000;  // as many as there are serials in one programme and year

// What is wrong with a number, and which check character would be right.
struct Check {
  bool valid = false;
  std::string reason;
  std::string official{};  // form of an official number, which has no check character; empty for ours
};

Check check_number(std::string_view text) {
  if (model::SampleNumber::parse(text)) return {.valid = true, .reason = {}};
  if (const auto official = model::OfficialNumber::parse(text)) {
    return {.valid = true, .reason = {}, .official = model::name_of(official->form())};
  }
  if (text.size() == model::SampleNumber::length) {
    std::string right{text.substr(0, text.size() - 1)};
    const auto check = model::check_character(right);
    if (check && model::SampleNumber::parse(right + *check)) {
      return {.valid = false, .reason = std::string{"wrong check character, expected "} + *check};
    }
  }
  return {
      .valid = false,
      .reason = "not of the form SC + year (2 digits) + programme (3 letters) + serial (5 digits) + check character"};
}

void write_check(std::string_view number, const Check& check, JsonWriter& out) {
  out.text("number", number);
  out.flag("valid", check.valid);
  if (!check.valid) out.text("reason", check.reason);
  if (!check.official.empty()) out.text("official", check.official);
}

int check_arguments(const std::vector<std::string>& numbers, bool json) {
  bool all_valid = true;
  for (const std::string& number : numbers) {
    const Check check = check_number(number);
    all_valid = all_valid && check.valid;
    if (json) {
      JsonWriter out;
      write_check(number, check, out);
      std::cout << out.take() << '\n';
    } else {
      const std::string good = check.official.empty() ? "ok" : "official (" + check.official + "), no check character";
      std::cout << number << '\t' << (check.valid ? good : check.reason) << '\n';
    }
  }
  return all_valid ? 0 : 1;
}

Result<void> check_line(Fields& in, JsonWriter& out) {
  in.require("number");
  const std::string number = in.text("number");
  if (auto finished = in.finish(); !finished) return finished;
  write_check(number, check_number(number), out);
  return {};
}

bool is_programme(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Year as 13 or 2013.
Result<model::SampleNumber> make_number(std::int64_t year, const std::string& programme, std::int64_t serial) {
  constexpr std::int64_t century = model::SampleNumber::century;
  if (year >= century && year <= century + 99) year -= century;
  if (year < 0 || year > 99) return fail(ErrorCode::malformed, "year must be 0 to 99 or 2000 to 2099", "year");
  if (!is_programme(programme)) {
    return fail(ErrorCode::malformed, "programme must be three letters A to Z, such as NCP", "programme");
  }
  if (serial < 0 || serial > model::SampleNumber::serial_max) {
    return fail(ErrorCode::malformed, "serial must be 0 to 99999", "serial");
  }
  return model::SampleNumber::make(static_cast<int>(year), model::ProgrammeCode{programme},
                                   static_cast<std::uint32_t>(serial));
}

Result<void> make_line(Fields& in, JsonWriter& out) {
  for (const char* const field : {"year", "programme", "serial"}) in.require(field);
  const auto year = in.integer("year");
  const std::string programme = in.text("programme");
  const auto serial = in.integer("serial");
  if (auto finished = in.finish(); !finished) return finished;
  const auto number = make_number(*year, programme, *serial);
  if (!number) return tl::unexpected(number.error());
  out.text("number", number->text());
  return {};
}

struct MakeOptions {
  std::int64_t year = -1;
  std::string programme;
  std::int64_t serial = -1;
  std::int64_t count = 1;
};

int make_arguments(const MakeOptions& options, bool json) {
  if (options.count < 1 || options.count > count_max) {
    std::cerr << "qlims number make: --count must be 1 to 100000\n";
    return 1;
  }
  for (std::int64_t i = 0; i < options.count; ++i) {
    const auto number = make_number(options.year, options.programme, options.serial + i);
    if (!number) {
      std::cerr << "qlims number make: " << to_text(number.error()) << '\n';
      return 1;
    }
    if (json) {
      JsonWriter out;
      out.text("number", number->text());
      std::cout << out.take() << '\n';
    } else {
      std::cout << number->text() << '\n';
    }
  }
  return 0;
}

void end_with(int code) {
  if (code != 0) throw CLI::RuntimeError{code};
}

void add_check(CLI::App& app, CLI::App& family) {
  const auto numbers = std::make_shared<std::vector<std::string>>();
  auto* const check = family.add_subcommand("check", "Check numbers given as arguments, or as JSON Lines {number}");
  check->add_option("numbers", *numbers, "sample numbers");
  check->footer("Example:\n  qlims number check SC13NCP00907R");
  check->callback([numbers, &app] {
    end_with(numbers->empty() ? run_jsonl(check_line) : check_arguments(*numbers, wants_json(app)));
  });
}

void add_make(CLI::App& app, CLI::App& family) {
  const auto options = std::make_shared<MakeOptions>();
  auto* const make = family.add_subcommand("make", "Make numbers, or answer JSON Lines {year, programme, serial}");
  auto* const year = make->add_option("--year", options->year, "13 or 2013");
  auto* const programme = make->add_option("--programme", options->programme, "three letters, e.g. NCP");
  auto* const serial = make->add_option("--serial", options->serial, "0 to 99999, the first one");
  make->add_option("--count", options->count, "how many, one serial after the other")->needs(serial);
  year->needs(programme)->needs(serial);
  programme->needs(year);
  serial->needs(year);
  make->footer("Example:\n  qlims number make --year 13 --programme NCP --serial 907");
  make->callback([options, year, &app] {
    end_with(year->count() == 0 ? run_jsonl(make_line) : make_arguments(*options, wants_json(app)));
  });
}

}  // namespace

void add_number_commands(CLI::App& app) {
  auto* const family = app.add_subcommand("number", "Sample numbers: grammar and check character");
  family->require_subcommand(1);
  family->footer("Example:\n  qlims number check SC13NCP00907R");
  add_check(app, *family);
  add_make(app, *family);
}

}  // namespace lab::qlims
