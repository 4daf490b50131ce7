#include "tests/malformed/programs.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "protocol/http/router.hpp"
#include "protocol/http/server.hpp"
#include "tests/protocol/http/raw_client.hpp"
#include "tests/where.hpp"

namespace lab::malformed {
namespace {

// In single quotes, as one word of a shell.
std::string quoted(BytesView word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return text + "'";
}

std::unique_ptr<http::Server> interface() {
  http::Router router;
  const auto echo = [](const http::Request& request, const http::Respond& respond) {
    respond({.body = nlohmann::json{{"octets", request.body.size()}}.dump()});
  };
  router.add("GET", "/api/v1/tasks/{task}", echo);
  router.add("POST", "/api/v1/tasks", echo);
  auto server = http::Server::start({.address = "127.0.0.1", .port = 0, .threads = 1}, router);
  return server ? std::move(*server) : nullptr;
}

}  // namespace

std::string arguments(BytesView input) {
  std::string command = QLIMS_BIN_DIR "/qlims";
  for (std::size_t at = 0; at < input.size();) {
    const std::size_t end = std::min(input.find(' ', at), input.size());
    command += " " + quoted(input.substr(at, end - at));
    at = end + 1;
  }
  std::FILE* const pipe = ::popen((command + " 2>&1 >/dev/null </dev/null").c_str(), "r");
  if (pipe == nullptr) return "no shell";
  std::string said;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) said.append(buffer.data(), n);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  while (!said.empty() && said.back() == '\n') said.pop_back();
  std::string one_line;
  for (const char c : said) one_line += c == '\n' ? std::string{" | "} : std::string(1, c);
  return fmt::format("{} [{}]", one_line, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}

std::string http_request(BytesView input) {
  static const auto server = interface();
  const http::RawClient client{server->port()};
  client.say(input);
  const auto heard = client.hear();
  const std::size_t space = heard.text.find(' ');
  if (!heard.text.starts_with("HTTP/1.1 ")) return heard.text.empty() ? "no answer" : "no HTTP";
  const std::string status = heard.text.substr(space + 1, 3);
  if (status == "200") return {};
  const std::size_t body = heard.text.find("\r\n\r\n");
  const auto json = nlohmann::json::parse(heard.text.substr(body + 4), nullptr, false);
  const std::string code = json.is_object() ? json.value("code", "") : "";
  return fmt::format("{} {}{}", status, code, heard.closed ? "" : " open");
}

}  // namespace lab::malformed
