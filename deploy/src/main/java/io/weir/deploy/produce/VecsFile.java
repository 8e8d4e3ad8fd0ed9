package io.weir.deploy.produce;

import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of the TEXMEX kind, such as those of SIFT1M: {@code .fvecs}, {@code .bvecs} or {@code
 * .ivecs}. Each row is its number of components as a little-endian int32, then the components:
 * float32, unsigned bytes or int32.
 */
final class VecsFile implements RowFile {

  private final FileInput input;
  private final FloatType type;
  private final int dimension;
  private final int rowBytes;

  private VecsFile(FileInput input, FloatType type, int dimension) {
    this.input = input;
    this.type = type;
    this.dimension = dimension;
    this.rowBytes = Integer.BYTES + dimension * type.bytes();
  }

  static VecsFile open(Path file, FloatType type) throws IOException {
    FileInput input = new FileInput(file);
    try {
      int dimension = 1;
      if (input.length() > 0) {
        dimension = input.length() < Integer.BYTES ? -1 : input.require(Integer.BYTES).getInt();
        input.skip(-input.position());
      }
      if (dimension < 1 || dimension > VectorSchema.MAX_DIMENSION) {
        throw new ProduceException(
            "the first row says that it has "
                + dimension
                + " components; allowed are 1 to "
                + VectorSchema.MAX_DIMENSION
                + ": the file is of another kind or damaged");
      }
      VecsFile opened = new VecsFile(input, type, dimension);
      if (input.length() % opened.rowBytes != 0) {
        throw new ProduceException(
            "the file has "
                + input.length()
                + " bytes, no multiple of the "
                + opened.rowBytes
                + " of its first row: it is cut off, or of another kind");
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  @Override
  public long rows() {
    return input.length() / rowBytes;
  }

  @Override
  public long skip(long wanted) throws IOException {
    long skipped = Math.min(wanted, input.remaining() / rowBytes);
    input.skip(skipped * rowBytes);
    return skipped;
  }

  @Override
  public @Nullable Row next() throws IOException {
    if (input.remaining() == 0) {
      return null;
    }
    var bytes = input.require(rowBytes);
    int components = bytes.getInt();
    if (components != dimension) {
      throw new ProduceException(
          "it says that it has " + components + " components; the first row has " + dimension);
    }
    return Row.of(type.read(bytes, dimension));
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
