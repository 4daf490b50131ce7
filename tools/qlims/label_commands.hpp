#pragma once
// The parts of `qlims label`, one file each.

namespace CLI {
class App;
}

namespace lab::qlims {

void add_label_read(CLI::App& label);
void add_label_print(CLI::App& label);

}  // namespace lab::qlims
