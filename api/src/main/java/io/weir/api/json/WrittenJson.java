package io.weir.api.json;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;

/**
 * A JSON value whose text is there already, as UTF-8. A generator copies it as it is; a {@code
 * String} it would take apart, character by character, which costs more than to write the numbers
 * of a vector.
 *
 * <p>The quoted forms, which are for what stands between quotation marks, are not to be had.
 *
 * <p><b>Threads:</b> any; immutable as long as the bytes are left alone.
 */
final class WrittenJson implements SerializableString {
  /** What {@code append} returns where there is no room. */
  private static final int NO_ROOM = -1;

  private final byte[] utf8;

  private WrittenJson(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** Writes the value; the bytes may be changed again when this returns. */
  static void write(JsonGenerator json, byte[] utf8) {
    json.writeRawValue(new WrittenJson(utf8));
  }

  @Override
  public String getValue() {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @Override
  public int charLength() {
    return getValue().length();
  }

  @Override
  public byte[] asUnquotedUTF8() {
    return utf8;
  }

  @Override
  public int appendUnquotedUTF8(byte[] buffer, int offset) {
    if (utf8.length > buffer.length - offset) {
      return NO_ROOM;
    }
    System.arraycopy(utf8, 0, buffer, offset, utf8.length);
    return utf8.length;
  }

  @Override
  public int appendUnquoted(char[] buffer, int offset) {
    String value = getValue();
    if (value.length() > buffer.length - offset) {
      return NO_ROOM;
    }
    value.getChars(0, value.length(), buffer, offset);
    return value.length();
  }

  @Override
  public int writeUnquotedUTF8(OutputStream out) throws IOException {
    out.write(utf8);
    return utf8.length;
  }

  @Override
  public int putUnquotedUTF8(ByteBuffer buffer) {
    if (utf8.length > buffer.remaining()) {
      return NO_ROOM;
    }
    buffer.put(utf8);
    return utf8.length;
  }

  @Override
  public char[] asQuotedChars() {
    throw quoted();
  }

  @Override
  public byte[] asQuotedUTF8() {
    throw quoted();
  }

  @Override
  public int appendQuotedUTF8(byte[] buffer, int offset) {
    throw quoted();
  }

  @Override
  public int appendQuoted(char[] buffer, int offset) {
    throw quoted();
  }

  @Override
  public int writeQuotedUTF8(OutputStream out) {
    throw quoted();
  }

  @Override
  public int putQuotedUTF8(ByteBuffer buffer) {
    throw quoted();
  }

  private static UnsupportedOperationException quoted() {
    return new UnsupportedOperationException("a JSON value is not the content of a string");
  }
}
