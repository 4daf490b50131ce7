#pragma once
// What keeps a verdict from being lost or counted twice, each as a switch: so that the simulation can show what each
// one is good for (tests/sim/README.md). The programs never change them.

namespace lab::session {

struct Policy {
  bool tokens = true;           // a verdict counts under the newest token only
  bool seals = true;            // an incarnation that has ended takes nothing more
  bool generations = true;      // tokens of a coordinator that was put back are unlike those it gave before
  bool recovery = true;         // such a coordinator collects everything before it gives anything
  bool silent_recovery = true;  // and acknowledges nothing meanwhile
  bool rehydration = true;      // a node that was put back is told what is held of it
};

}  // namespace lab::session
