// What fontconfig loads lives as long as the process, behind pointers that the leak sanitizer cannot follow.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
