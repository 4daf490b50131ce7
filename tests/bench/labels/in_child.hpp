#pragma once
// Runs a piece of work in a process of its own: decoders of pictures abort on ordinary photographs.

#include <functional>
#include <optional>
#include <string>

namespace lab::bench {

/// What `work` returned; nothing when the process died or did not end within `seconds` of processor time.
std::optional<std::string> in_child(const std::function<std::string()>& work, unsigned seconds);

}  // namespace lab::bench
