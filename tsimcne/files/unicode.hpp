#pragma once

#include <string>
#include <string_view>

namespace tsimcne {

/// A text file's bytes without the mark of their encoding, as editors and spreadsheets put it in
/// front: UTF-16 becomes UTF-8; what bears no mark stays as it is. Throws an Error that bears
/// `name` where the bytes are not what their mark says.
std::string without_mark(std::string bytes, std::string_view name);

/// Whether the text is UTF-8 throughout, without zero bytes.
bool is_utf8(std::string_view text);

/// The text with letters and their accents in one sign (NFC), so that names of different systems
/// compare; one that is not UTF-8 stays as it is.
std::string composed(std::string_view text);

}  // namespace tsimcne
