package io.weir.deploy.audit;

import io.weir.api.client.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the topic and the store say, in words. */
final class DifferenceText {

  private static final int SHOWN_CHARACTERS = 60;

  private DifferenceText() {}

  /** What the topic says of an entry. */
  static String expected(
      Difference.Kind kind, ExpectedRows rows, Suspect suspect, ExpectedContent content) {
    int entry = suspect.entry();
    return switch (kind) {
      case MISSING_ROW, UNREADABLE_ROW, ROW_COUNT -> "a row";
      case DELETED_ROW_PRESENT -> "no row, deleted at offset " + rows.offset(entry);
      case WRONG_OFFSET -> "offset " + rows.offset(entry);
      case WRONG_PARTITION -> "partition " + rows.partition(entry);
      case WRONG_TIMESTAMP -> time(rows.timestampMillis(entry));
      case WRONG_VECTOR -> vector(content.vector(), vectorOf(suspect.answer()));
      case WRONG_PAYLOAD -> payload(content.payload());
    };
  }

  /** What the store says. */
  static String actual(Difference.Kind kind, Suspect suspect, ExpectedContent content) {
    Row answer = suspect.answer();
    if (answer == null) {
      return switch (kind) {
        case MISSING_ROW -> "no row";
        case UNREADABLE_ROW -> suspect.detail();
        default -> "";
      };
    }
    return switch (kind) {
      case MISSING_ROW, UNREADABLE_ROW, ROW_COUNT -> "";
      case DELETED_ROW_PRESENT -> "a row of offset " + answer.offset();
      case WRONG_OFFSET -> "offset " + answer.offset();
      case WRONG_PARTITION -> "partition " + answer.partition() + ", offset " + answer.offset();
      case WRONG_TIMESTAMP -> time(AuditedStore.timestampMillis(answer));
      case WRONG_VECTOR -> vector(AuditedStore.vector(answer), content.vector());
      case WRONG_PAYLOAD -> payload(AuditedStore.payload(answer));
    };
  }

  private static byte[] vectorOf(@Nullable Row answer) {
    return answer == null ? new byte[0] : AuditedStore.vector(answer);
  }

  /** The first component that is another, with its bits. */
  private static String vector(byte[] vector, byte[] other) {
    if (vector.length != other.length) {
      return vector.length / Float.BYTES + " components";
    }
    int at = Arrays.mismatch(vector, other);
    if (at < 0) {
      return "";
    }
    int component = at / Float.BYTES;
    float value =
        ByteBuffer.wrap(vector).order(ByteOrder.LITTLE_ENDIAN).getFloat(component * Float.BYTES);
    return "component "
        + component
        + " is "
        + value
        + String.format(Locale.ROOT, " (0x%08x)", Float.floatToRawIntBits(value));
  }

  private static String payload(byte[] payload) {
    if (payload.length == 0) {
      return "no payload";
    }
    String text = new String(payload, StandardCharsets.UTF_8);
    return text.length() <= SHOWN_CHARACTERS
        ? text
        : text.substring(0, SHOWN_CHARACTERS) + "... (" + payload.length + " bytes)";
  }

  private static String time(long millis) {
    return millis < 0 ? "no timestamp" : "timestamp " + Instant.ofEpochMilli(millis);
  }
}
