#pragma once
// What the HTTP threads remember of the reference tables. Private to this folder.

#include <mutex>

#include "lab-node/judging/editions.hpp"

namespace lab::desk {

/// Editions fill caches as they are asked; the handlers of several threads share one.
struct SharedEditions {
  std::mutex mutex;
  judging::Editions editions;
};

}  // namespace lab::desk
