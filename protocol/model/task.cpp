#include "protocol/model/task.hpp"

namespace lab::model {

const char* name_of(TaskState state) {
  switch (state) {
    case TaskState::planned:
      return "planned";
    case TaskState::allocated:
      return "allocated";
    case TaskState::granted:
      return "granted";
    case TaskState::judged:
      return "judged";
    case TaskState::cancelled:
      return "cancelled";
  }
  return "planned";
}

}  // namespace lab::model
