#pragma once
// The file that `qlims export evidence` writes and `qlims verify` reads: everything needed to check a province's
// history and count it again, without its coordinator. Every octet of it is covered by a signature or a hash.
//
//   "qlims evidence 1\n", then sections {u8 kind, u32 length, body}; all numbers little-endian:
//   'S' once, first: the statement, lines of text (below)
//   'O' orders to one node, nodes ascending: u32 node, u32 generation, 64 octets signature of the coordinator over
//       wire::orders_to_sign, u32 count, then {u32 length, order} each
//   'E' events of one stream, in the order of the tree: u64 position, u32 node, u32 incarnation, u64 first, u8 1 and 64
//       octets signature of the node over wire::head_to_sign, or u8 0 when none was kept; u32 count, then {u32 length,
//       event} each
//
// The statement, each line ended by "\n", fields parted by one blank, in this order:
//   qlims statement FORM                     1, or 2: with a line for each item, of every counted sample
//   key HEX                                  the coordinator's Ed25519 key
//   qlims-head 1 ...                         see tree_head.hpp
//   unsigned N                               stretches of events taken before signatures were kept
//   node ID LABORATORY KEY ENROLLED REVOKED INCARNATION ORDERS     times in milliseconds, 0: not revoked
//   key NODE INCARNATION SEQUENCE KEY UNTIL  the node's key since that event; the one before is accepted up to UNTIL,
//                                            in milliseconds. KEY of its node line is the one it was enrolled with
//   stream NODE INCARNATION SEQUENCE HASH    how far it goes; one below its node's incarnation is sealed there
//   exception late|quarantined NODE INCARNATION SEQUENCE
//   cell PROGRAMME CITY CATEGORY STAGE MONTH LABORATORY P F C U P F C U   first and final: pass, fail, conditional,
//                                            undetermined; MONTH is year * 12 + month - 1
//   item EDITION PANEL ITEM U P F C N U P F C N   form 2: both in hexadecimal, first and final: undetermined, pass,
//                                            fail, conditional fail, without a limit
//   signature HEX                            of the coordinator, over every line before it

#include <cstdint>

#include "protocol/base/bytes.hpp"

namespace lab::evidence {

constexpr std::string_view export_magic = "qlims evidence 1\n";
constexpr std::string_view statement_magic = "qlims statement 1";             // of form 1
constexpr std::string_view statement_magic_with_items = "qlims statement 2";  // of form 2
constexpr char section_statement = 'S';
constexpr char section_orders = 'O';
constexpr char section_events = 'E';

inline void add_u32(Bytes& to, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) to += static_cast<char>(static_cast<unsigned char>(number >> shift));
}

inline void add_u64(Bytes& to, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) to += static_cast<char>(static_cast<unsigned char>(number >> shift));
}

inline void add_counted(Bytes& to, BytesView bytes) {
  add_u32(to, static_cast<std::uint32_t>(bytes.size()));
  to += bytes;
}

inline Bytes section(char kind, BytesView body) {
  Bytes bytes(1, kind);
  add_counted(bytes, body);
  return bytes;
}

}  // namespace lab::evidence
