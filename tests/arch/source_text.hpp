#pragma once
// What the rules of the house need to know about a C++ file, read without a compiler: its includes, its code with
// comments and literals blanked out, and where its functions begin and end.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lab::arch {

struct SourceFile {
  std::string path;  // from the root of the repository
  std::string text;
};

/// Both have the length and the line ends of the text they come from; what belongs to the other is blanks.
struct CodeAndComments {
  std::string code;  // without preprocessor lines and without the insides of literals
  std::string comments;
};

CodeAndComments split_comments(std::string_view text);

struct Include {
  std::string header;
  bool quoted = false;  // "x" as opposed to <x>
  std::size_t line = 0;
};

std::vector<Include> includes_of(std::string_view text);

struct FunctionBody {
  std::size_t line = 0;   // where its brace opens
  std::size_t lines = 0;  // braces included; lambdas inside belong to it
};

/// By braces: a brace that follows a parameter list outside any function opens one. Tables and types are not functions.
std::vector<FunctionBody> functions_of(std::string_view code);

std::size_t line_of(std::string_view text, std::size_t offset);

}  // namespace lab::arch
