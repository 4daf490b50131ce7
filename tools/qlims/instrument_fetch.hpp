#pragma once
// The octets that an instrument sent, out of the node that keeps them.

namespace CLI {
class App;
}

namespace lab::qlims {

/// qlims instrument fetch
void add_instrument_fetch(CLI::App& instrument);

}  // namespace lab::qlims
