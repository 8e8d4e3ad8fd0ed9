package io.weir.ingest.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads Avro's binary encoding, with a check for every byte.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class AvroCursor {
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLES =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int at;

  AvroCursor(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /** Index of the next byte. */
  int at() {
    return at;
  }

  byte[] bytes() {
    return bytes;
  }

  long readLong() throws MalformedValueException {
    Varints varints = new Varints(bytes, at, end);
    long number = varints.zigzag();
    if (varints.failed()) {
      throw malformed("a number of variable length is cut off or too long");
    }
    at = varints.at();
    return number;
  }

  int readInt() throws MalformedValueException {
    int from = at;
    long number = readLong();
    if (number != (int) number) {
      at = from;
      throw malformed(number + " is no int");
    }
    return (int) number;
  }

  /** Reads an index below a bound: of a symbol, of a branch. */
  int readIndex(int bound, String what) throws MalformedValueException {
    int from = at;
    int index = readInt();
    if (index < 0 || index >= bound) {
      at = from;
      throw malformed("the schema has no " + what + " " + index);
    }
    return index;
  }

  boolean readBoolean() throws MalformedValueException {
    int from = skip(1);
    if (bytes[from] != 0 && bytes[from] != 1) {
      at = from;
      throw malformed(bytes[from] + " is no boolean");
    }
    return bytes[from] == 1;
  }

  float readFloat() throws MalformedValueException {
    return (float) FLOATS.get(bytes, skip(Float.BYTES));
  }

  double readDouble() throws MalformedValueException {
    return (double) DOUBLES.get(bytes, skip(Double.BYTES));
  }

  /** Reads a length and passes that many bytes, which end at {@link #at}; returns their first. */
  int skipBytes() throws MalformedValueException {
    int start = at;
    long length = readLong();
    if (length < 0 || length > end - at) {
      at = start;
      throw malformed("a length of " + length + ", with fewer bytes behind it");
    }
    return skip((int) length);
  }

  /** Passes bytes and returns the index of their first. */
  int skip(int length) throws MalformedValueException {
    if (length > end - at) {
      throw malformed("cut off");
    }
    int from = at;
    at += length;
    return from;
  }

  String readString() throws MalformedValueException {
    int from = skipBytes();
    int wrong = Utf8.firstInvalid(bytes, from, at);
    if (wrong >= 0) {
      throw new MalformedValueException(
          RejectReason.PAYLOAD_NOT_UTF8, "byte " + wrong + " of the value is not UTF-8");
    }
    return new String(bytes, from, at - from, StandardCharsets.UTF_8);
  }

  /** Reads the number of items in the next block of an array or a map; 0 ends it. */
  long readBlockCount() throws MalformedValueException {
    long count = readLong();
    if (count < 0) {
      // The block's length in bytes follows, for readers that skip it.
      var _ = readLong();
      count = -count;
    }
    if (count < 0) {
      throw malformed("a block of too many items");
    }
    return count;
  }

  void requireEnd() throws MalformedValueException {
    if (at != end) {
      throw malformed("there is more after the record");
    }
  }

  MalformedValueException malformed(String what) {
    return new MalformedValueException(RejectReason.MALFORMED_AVRO, "at byte " + at + ": " + what);
  }
}
