package io.weir.api.qdrant;

import io.weir.api.QdrantSettings.Ids;
import io.weir.api.json.JsonRequest;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/**
 * Keys as ids of points. An id is kept as its text: a number without its quotes is the same id.
 *
 * <p><b>Threads:</b> immutable.
 */
final class PointIds {

  /** The namespace of object identifiers. */
  private static final UUID NAMESPACE = UUID.fromString("6ba7b812-9dad-11d1-80b4-00c04fd430c8");

  private static final Pattern UUIDS =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,19}");
  private static final BigInteger LARGEST =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

  private static final String ALLOWED =
      "the id of a point: a string, or a whole number of 0 to 18446744073709551615";

  private final Ids kind;

  PointIds(Ids kind) {
    this.kind = kind;
  }

  /** Returns the id of the point that a key stands for. */
  String of(String key) {
    if (kind != Ids.UUID5) {
      return key;
    }
    return UUIDS.matcher(key).matches() ? key : uuid5(key).toString();
  }

  /** Whether the key of each id is the id itself. */
  boolean areKeys() {
    return kind != Ids.UUID5;
  }

  /** Whether an id is a UUID. */
  static boolean isUuid(String id) {
    return UUIDS.matcher(id).matches();
  }

  /** Writes the id of the point that a key stands for. */
  void write(JsonGenerator json, String key) {
    if (kind == Ids.UINT64 && isNumber(key)) {
      json.writeRawValue(key);
    } else {
      json.writeString(of(key));
    }
  }

  private static boolean isNumber(String key) {
    return DECIMAL.matcher(key).matches() && new BigInteger(key).compareTo(LARGEST) <= 0;
  }

  /** Reads an id: a string, or a whole number. */
  String read(JsonParser json, String what) {
    return switch (json.currentToken()) {
      case VALUE_STRING -> ofText(json.getString());
      case VALUE_NUMBER_INT -> {
        String digits = json.getString();
        if (!isNumber(digits)) {
          throw JsonRequest.wrongKind(json, what, ALLOWED);
        }
        yield digits;
      }
      default -> throw JsonRequest.wrongKind(json, what, ALLOWED);
    };
  }

  /** Returns the id that a text is; UUIDs have several texts. */
  String ofText(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return kind == Ids.UUID5 && UUIDS.matcher(lower).matches() ? lower : text;
  }

  private static UUID uuid5(String key) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    ByteBuffer named = ByteBuffer.allocate(2 * Long.BYTES + name.length);
    named.putLong(NAMESPACE.getMostSignificantBits());
    named.putLong(NAMESPACE.getLeastSignificantBits());
    named.put(name);
    ByteBuffer hash = ByteBuffer.wrap(Arrays.copyOf(sha1(named.array()), 2 * Long.BYTES));
    long most = (hash.getLong() & ~0xf000L) | 0x5000L;
    long least = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(most, least);
  }

  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-1", e);
    }
  }
}
