#include "tools/qlims/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tools/qlims/failure.hpp"

namespace lab::qlims {
namespace {

// --json may stand anywhere; behind the command it is the command's own.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (std::ranges::find(words, "--json") != words.end()) say_failures_as_json();
  if (!words.empty() && words.front() == "--json") std::rotate(words.begin(), words.begin() + 1, words.end());
  return words;
}

}  // namespace

int run_command_line(CLI::App& app, int argc, char** argv) {
  bool json = false;
  app.add_flag("--json", json, "answer in JSON where the command has another form");
  std::vector<std::string> words = words_of(argc, argv);
  std::ranges::reverse(words);  // as CLI11 wants them
  try {
    app.parse(std::move(words));
  } catch (const CLI::Success& asked) {
    return app.exit(asked);  // --help, --version
  } catch (const CLI::RuntimeError& error) {
    // Most have said what is wrong; one that carries words of its own has not.
    if (const std::string said = error.what(); said != CLI::RuntimeError{}.what()) say_misuse(said);
    return error.get_exit_code();
  } catch (const CLI::RequiredError& error) {
    say_misuse(unknown_command(app).value_or(error.what()));
    return 1;
  } catch (const CLI::ParseError& error) {
    say_misuse(error.what());
    return 1;
  } catch (const nlohmann::json::exception& problem) {
    say_failure(unexpected_answer(problem.what()));
    return 1;
  }
  return 0;
}

}  // namespace lab::qlims
