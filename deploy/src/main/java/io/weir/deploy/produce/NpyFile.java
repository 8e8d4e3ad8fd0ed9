package io.weir.deploy.produce;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A matrix that {@code numpy.save} wrote, one vector a row.
 *
 * <pre>
 * offset  size  field    meaning
 *      0     6  magic    0x93 "NUMPY"
 *      6     2  version  1.0, 2.0 or 3.0
 *      8  2, 4  length   of the header: 2 bytes in version 1.0, else 4
 *              header   a Python dictionary: descr, fortran_order, shape
 *              rows     of the numbers that descr names, without gaps
 * </pre>
 */
final class NpyFile implements RowFile {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int VERSION_BYTES = 2;
  private static final int MAX_VERSION = 3;

  /** Numpy's own limit for headers that are not trusted is 10,000. */
  private static final int MAX_HEADER_BYTES = 1 << 16;

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");
  private static final Pattern MATRIX = Pattern.compile("\\s*(\\d{1,18})\\s*,\\s*(\\d{1,9})\\s*");

  private final FileInput input;
  private final FloatType type;
  private final int dimension;
  private final long rows;
  private long read;

  private NpyFile(FileInput input, FloatType type, int dimension, long rows) {
    this.input = input;
    this.type = type;
    this.dimension = dimension;
    this.rows = rows;
  }

  static NpyFile open(Path file) throws IOException {
    FileInput input = new FileInput(file);
    try {
      return read(input);
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  private static NpyFile read(FileInput input) throws IOException {
    String header = header(input);
    String descr = found(DESCR, header, "a plain descr (a structured array has none)");
    FloatType type = type(descr);
    if (found(ORDER, header, "fortran_order").equals("True")) {
      throw new ProduceException(
          "the array is in Fortran order; save numpy.ascontiguousarray(a) instead");
    }
    String shape = found(SHAPE, header, "shape");
    Matcher matrix = MATRIX.matcher(shape);
    if (!matrix.matches()) {
      throw new ProduceException(
          "the array's shape is (" + shape + "); a matrix is needed: (rows, dimension)");
    }
    long rows = Long.parseLong(String.valueOf(matrix.group(1)));
    int dimension = Integer.parseInt(String.valueOf(matrix.group(2)));
    if (dimension == 0) {
      throw new ProduceException("the array's rows are empty");
    }
    long needed = Math.multiplyExact(rows, (long) dimension * type.bytes());
    if (input.remaining() < needed) {
      throw new ProduceException(
          "the file is cut off: "
              + rows
              + " rows of "
              + dimension
              + " take "
              + needed
              + " bytes, but there are "
              + input.remaining());
    }
    return new NpyFile(input, type, dimension, rows);
  }

  private static String header(FileInput input) throws IOException {
    int prefix = MAGIC.length + VERSION_BYTES + Integer.BYTES;
    if (input.length() < prefix) {
      throw new ProduceException("not a file of numpy: it has only " + input.length() + " bytes");
    }
    ByteBuffer bytes = input.require(prefix);
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new ProduceException("not a file of numpy: it does not begin with 0x93 NUMPY");
    }
    int major = bytes.get();
    int minor = bytes.get();
    if (major < 1 || major > MAX_VERSION || minor != 0) {
      throw new ProduceException(
          "version " + major + "." + minor + " of numpy's format; known are 1.0, 2.0 and 3.0");
    }
    long length =
        major == 1 ? Short.toUnsignedInt(bytes.getShort()) : Integer.toUnsignedLong(bytes.getInt());
    if (length > MAX_HEADER_BYTES || length > input.remaining()) {
      throw new ProduceException("the header has " + length + " bytes; the file is damaged");
    }
    byte[] text = new byte[(int) length];
    input.require(text.length).get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static String found(Pattern pattern, String header, String what) throws ProduceException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new ProduceException("numpy's header has not " + what + ": " + header.strip());
    }
    return String.valueOf(matcher.group(1));
  }

  private static FloatType type(String descr) throws ProduceException {
    return switch (descr) {
      case "<f2" -> FloatType.FLOAT16;
      case "<f4" -> FloatType.FLOAT32;
      case "<f8" -> FloatType.FLOAT64;
      default ->
          throw new ProduceException(
              "the array's type is "
                  + descr
                  + "; known are <f2, <f4 and <f8: save a.astype('<f4') instead");
    };
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public long skip(long wanted) throws IOException {
    long skipped = Math.min(wanted, rows - read);
    input.skip(skipped * dimension * type.bytes());
    read += skipped;
    return skipped;
  }

  @Override
  public @Nullable Row next() throws IOException {
    if (read == rows) {
      return null;
    }
    read++;
    return Row.of(type.read(input.require(dimension * type.bytes()), dimension));
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
