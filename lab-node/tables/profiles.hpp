#pragma once
// The profiles that this node has ever worked with, so that a result stays readable by the identity it carries when its
// profile has changed since, or the program has another one built in.
//
//   'P' SHA-256 of its JSON -> the JSON

#include <functional>
#include <string_view>

#include "protocol/journal/draft.hpp"

namespace lab::node::tables {

void keep_profile(journal::Draft& draft, std::string_view json);

/// All of them, in no order that means anything, until `visit` returns false.
void scan_profiles(const journal::View& store, const std::function<bool(std::string_view json)>& visit);

}  // namespace lab::node::tables
