#pragma once
// What waits for whom. Private to this folder.

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

/// {waiting:[{role, what, count}]}: `what` is a name of Waits, or runs, quarantine, tray, instruments. Something that
/// two roles may do stands there twice.
http::Response waiting_list(const Office& office);

}  // namespace lab::desk
