// What nearly every file reads, compiled once for the builds that want it (QLIMS_PRECOMPILED). No file may count on it:
// the development build has no such thing, and says which include is missing.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <tl/expected.hpp>
