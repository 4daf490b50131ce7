#pragma once
// Times as people in China read them. Records and --json keep UTC.

#include <string>

namespace lab::qlims {

/// "2013-06-03T08:00:00.000Z" as "2013-06-03 16:00:00"; a text that is no such time stays as it is.
std::string beijing_time(const std::string& utc);

}  // namespace lab::qlims
