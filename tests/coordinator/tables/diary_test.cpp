#include "coordinator/tables/diary.hpp"

#include <gtest/gtest.h>

#include "protocol/journal/store.hpp"

namespace lab::coordinator::tables {
namespace {

class Diary : public ::testing::Test {
 protected:
  Diary() {
    for (const char* subject : {"one", "two", "three"}) write_diary(draft, DiaryKind::granted, subject, {});
  }
  static Bytes entry_key(std::uint64_t sequence) { return journal::Fields{letter::diary}.add(sequence).bytes(); }

  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  std::unique_ptr<journal::View> view = store->read();
  journal::Draft draft{*view};
};

TEST_F(Diary, KeepsEntriesInOrderEachLinkedToTheOneBefore) {
  std::string subjects;
  for_each_diary_entry(draft, 2, [&](const DiaryEntry& entry) {
    subjects += entry.subject + " ";
    return true;
  });
  EXPECT_EQ(subjects, "two three ");
  EXPECT_EQ(diary_head(draft).sequence, 3U);
  EXPECT_EQ(first_break(draft), std::nullopt);
}

TEST_F(Diary, NoticesAnEntryThatWasChanged) {
  Bytes record = *draft.get(entry_key(2));
  record.back() = 'x';
  draft.put(entry_key(2), record);
  EXPECT_EQ(first_break(draft), 3U);  // the next one does not follow from it
}

TEST_F(Diary, NoticesAnEntryThatWasTakenOut) {
  draft.erase(entry_key(2));
  EXPECT_EQ(first_break(draft), 2U);
}

TEST_F(Diary, NoticesThatTheLastEntryWasTakenAway) {
  draft.erase(entry_key(3));
  EXPECT_EQ(first_break(draft), 3U);
}

}  // namespace
}  // namespace lab::coordinator::tables
