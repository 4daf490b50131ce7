#pragma once
// The other end of a webhook.

#include <algorithm>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "protocol/http/server.hpp"

namespace lab::coordinator::app {

/// Another program's end of a webhook, on a port of its own.
class Receiver {
 public:
  enum class Mood { takes, fails, hangs };

  explicit Receiver(const http::TlsFiles& tls = {}) {
    auto started = http::Server::start({.tls = tls}, [this](http::Request request, http::Respond respond) {
      const std::lock_guard lock{mutex_};
      if (mood_ == Mood::hangs) return hanging_.push_back(std::move(respond));
      if (mood_ == Mood::takes) requests_.push_back(request);
      respond({.status = mood_ == Mood::takes ? 200 : 500});
    });
    server_ = std::move(started.value());
  }

  [[nodiscard]] std::string url() const { return server_->origin() + "/hook"; }
  void set(Mood mood) {
    const std::lock_guard lock{mutex_};
    mood_ = mood;
    if (mood == Mood::takes) hanging_.clear();
  }
  [[nodiscard]] std::vector<http::Request> requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
  }
  [[nodiscard]] std::size_t hanging() const {
    const std::lock_guard lock{mutex_};
    return hanging_.size();
  }
  /// Ids of the events it has taken, each once, in the order they first came.
  [[nodiscard]] std::vector<std::string> heard() const {
    std::vector<std::string> all;
    for (const http::Request& request : requests()) {
      const auto body = nlohmann::json::parse(request.body);
      for (const nlohmann::json& event : body.at("events")) {
        std::string id = event.at("id");
        if (std::ranges::find(all, id) == all.end()) all.push_back(std::move(id));
      }
    }
    return all;
  }

 private:
  mutable std::mutex mutex_;
  Mood mood_ = Mood::takes;
  std::vector<http::Request> requests_;
  std::vector<http::Respond> hanging_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace lab::coordinator::app
