package io.weir.api.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads rows that are frames of float32, little-endian.
 *
 * <pre>
 * head   8  "WEIRVEC1"
 *        4  dimension
 *        4  number of positions
 *           each: 4 partition, 8 next offset
 * row    4  bytes of the key, not negative
 *        4  partition
 *        8  offset
 *           the key, UTF-8
 *           the vector: dimension float32
 * end    4  -1
 *        8  number of rows
 * </pre>
 */
final class FrameDecoder implements PieceDecoder<Row> {

  private static final String MAGIC = "WEIRVEC1";
  private static final int HEAD_BYTES = MAGIC.length() + 2 * Integer.BYTES;
  private static final int POSITION_BYTES = Integer.BYTES + Long.BYTES;
  private static final int ROW_HEAD_BYTES = 2 * Integer.BYTES + Long.BYTES;
  private static final int END_BYTES = Integer.BYTES + Long.BYTES;
  private static final int NO_MORE = -1;

  /** Limits of Weir: what is beyond is no frame of it. */
  private static final int MAX_DIMENSION = 65_536;

  private static final int MAX_KEY_BYTES = 64 << 10;
  private static final int MAX_POSITIONS = 1 << 20;

  private final UnreadBytes unread = new UnreadBytes(MAX_POSITIONS * POSITION_BYTES);
  private int dimension;
  private long rows;
  private boolean begun;
  private boolean ended;

  @Override
  public List<Row> decode(byte[] piece) {
    unread.add(piece);
    List<Row> whole = new ArrayList<>();
    if (!begun && !readHead()) {
      return whole;
    }
    ByteBuffer bytes = unread.look();
    while (!ended && hasFrame(bytes)) {
      frame(bytes, whole);
    }
    if (ended && bytes.hasRemaining()) {
      throw new UnreadableAnswer("there is something behind the end");
    }
    unread.skip(bytes.position());
    return whole;
  }

  private boolean readHead() {
    ByteBuffer bytes = unread.look();
    if (bytes.remaining() < HEAD_BYTES) {
      return false;
    }
    byte[] magic = new byte[MAGIC.length()];
    bytes.get(magic);
    if (!new String(magic, StandardCharsets.US_ASCII).equals(MAGIC)) {
      throw new UnreadableAnswer("it does not begin with " + MAGIC);
    }
    dimension = within(bytes.getInt(), MAX_DIMENSION, "dimension");
    int positions = within(bytes.getInt(), MAX_POSITIONS, "number of positions");
    if (bytes.remaining() < positions * POSITION_BYTES) {
      return false;
    }
    unread.skip(HEAD_BYTES + positions * POSITION_BYTES);
    begun = true;
    return true;
  }

  private static int within(int number, int most, String name) {
    if (number < 0 || number > most) {
      throw new UnreadableAnswer("the " + name + " is " + number + "; it can be 0 to " + most);
    }
    return number;
  }

  private boolean hasFrame(ByteBuffer bytes) {
    if (bytes.remaining() < Integer.BYTES) {
      return false;
    }
    int keyBytes = bytes.getInt(bytes.position());
    if (keyBytes == NO_MORE) {
      return bytes.remaining() >= END_BYTES;
    }
    int checked = within(keyBytes, MAX_KEY_BYTES, "length of a key");
    return bytes.remaining() >= ROW_HEAD_BYTES + checked + dimension * Float.BYTES;
  }

  private void frame(ByteBuffer bytes, List<Row> whole) {
    int keyBytes = bytes.getInt();
    if (keyBytes == NO_MORE) {
      long count = bytes.getLong();
      if (count != rows) {
        throw new UnreadableAnswer(rows + " rows came, and the end says " + count);
      }
      ended = true;
      return;
    }
    int partition = bytes.getInt();
    long offset = bytes.getLong();
    byte[] key = new byte[keyBytes];
    bytes.get(key);
    float[] vector = new float[dimension];
    bytes.asFloatBuffer().get(vector);
    bytes.position(bytes.position() + dimension * Float.BYTES);
    rows++;
    whole.add(
        new Row(
            new String(key, StandardCharsets.UTF_8),
            partition,
            offset,
            Optional.empty(),
            Optional.of(Vector.owning(vector)),
            Optional.empty()));
  }

  @Override
  public void end() {
    if (!ended) {
      throw new UnreadableAnswer("it has no end");
    }
  }
}
