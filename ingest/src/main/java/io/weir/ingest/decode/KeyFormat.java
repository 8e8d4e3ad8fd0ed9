package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Rejected;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How the bytes of a key become the vector's id, which is text. */
public enum KeyFormat {
  /** The key is the id, in UTF-8. Kafka's {@code UUIDSerializer} writes such keys too. */
  UTF8 {
    @Override
    @Nullable Rejected problem(byte[] key) {
      int wrong = Utf8.firstInvalid(key, 0, key.length);
      return wrong < 0
          ? null
          : new Rejected(
              RejectReason.KEY_NOT_UTF8,
              "the key of " + key.length + " bytes is not UTF-8 at byte " + wrong);
    }

    @Override
    byte[] id(byte[] key) {
      return key;
    }
  },

  /**
   * Four bytes, big-endian, as Kafka's {@code IntegerSerializer} writes them; the id is decimal.
   */
  INT32 {
    @Override
    @Nullable Rejected problem(byte[] key) {
      return wrongLength(key, Integer.BYTES, "an int32");
    }

    @Override
    byte[] id(byte[] key) {
      return text(Integer.toString((int) INTS.get(key, 0)));
    }
  },

  /** Eight bytes, big-endian, as Kafka's {@code LongSerializer} writes them; the id is decimal. */
  INT64 {
    @Override
    @Nullable Rejected problem(byte[] key) {
      return wrongLength(key, Long.BYTES, "an int64");
    }

    @Override
    byte[] id(byte[] key) {
      return text(Long.toString((long) LONGS.get(key, 0)));
    }
  },

  /** Sixteen bytes, big-endian; the id is the 36 characters of RFC 9562, lower case. */
  UUID {
    @Override
    @Nullable Rejected problem(byte[] key) {
      return wrongLength(key, 2 * Long.BYTES, "a UUID");
    }

    @Override
    byte[] id(byte[] key) {
      return text(
          new java.util.UUID((long) LONGS.get(key, 0), (long) LONGS.get(key, Long.BYTES))
              .toString());
    }
  },

  /** Any bytes; the id is two lower-case hexadecimal digits for each. */
  HEX {
    @Override
    @Nullable Rejected problem(byte[] key) {
      return null;
    }

    @Override
    byte[] id(byte[] key) {
      return text(HexFormat.of().formatHex(key));
    }
  };

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Returns why a key of at least one byte is none of this format; null where it is one. */
  abstract @Nullable Rejected problem(byte[] key);

  /** Returns the id in UTF-8, of a key without {@link #problem}. */
  abstract byte[] id(byte[] key);

  private static byte[] text(String id) {
    return id.getBytes(StandardCharsets.US_ASCII);
  }

  private static @Nullable Rejected wrongLength(byte[] key, int bytes, String what) {
    return key.length == bytes
        ? null
        : new Rejected(
            RejectReason.KEY_WRONG_LENGTH,
            "the key has " + key.length + " bytes; " + what + " has " + bytes);
  }
}
