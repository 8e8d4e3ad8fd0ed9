package io.weir.deploy.produce;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqDoubleList;
import dev.hardwood.row.PqList;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.SchemaNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A Parquet file with a column of lists of float or double. Only the columns that are asked for are
 * read.
 *
 * <p>Memory: some pages of each of these columns; the reader maps the file.
 */
final class ParquetFile implements RowFile {

  /** It tells at each start which instructions the processor has. Held, else it is forgotten. */
  private static final Logger READERS_LOG = Logger.getLogger("dev.hardwood");

  static {
    READERS_LOG.setLevel(Level.WARNING);
  }

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] NO_PAYLOAD = {};

  private final ParquetFileReader file;
  private final long rows;
  private final ColumnProjection projection;
  private final String vectorColumn;
  private final boolean doubles;
  private final Optional<String> keyColumn;
  private final List<String> payloadColumns;
  private @Nullable RowReader reader;
  private long position;

  private ParquetFile(ParquetFileReader file, RowColumns columns) throws ProduceException {
    this.file = file;
    this.rows = file.getFileMetaData().numRows();
    List<SchemaNode> all = file.getFileSchema().getRootNode().children();
    SchemaNode.GroupNode vectors = vectors(all, columns);
    this.vectorColumn = vectors.name();
    this.doubles = componentType(vectors) == PhysicalType.DOUBLE;
    this.keyColumn = columns.numbered() ? Optional.empty() : keyColumn(all, columns);
    this.payloadColumns = columns.payload();
    for (String column : payloadColumns) {
      primitive(all, column, "--payload-columns");
    }
    List<String> wanted = new ArrayList<>(payloadColumns);
    keyColumn.filter(key -> !wanted.contains(key)).ifPresent(wanted::add);
    wanted.add(vectorColumn);
    this.projection = ColumnProjection.columns(wanted.toArray(String[]::new));
  }

  static ParquetFile open(Path path, RowColumns columns) throws IOException {
    return guarded(() -> {
      ParquetFileReader file = ParquetFileReader.open(InputFile.of(path));
      try {
        return new ParquetFile(file, columns);
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    });
  }

  private static SchemaNode.GroupNode vectors(List<SchemaNode> all, RowColumns columns)
      throws ProduceException {
    List<SchemaNode.GroupNode> candidates = new ArrayList<>();
    for (SchemaNode column : all) {
      if (column instanceof SchemaNode.GroupNode group
          && (componentType(group) == PhysicalType.FLOAT
              || componentType(group) == PhysicalType.DOUBLE)) {
        candidates.add(group);
      }
    }
    List<String> names = candidates.stream().map(SchemaNode.GroupNode::name).toList();
    if (columns.vector().isPresent()) {
      int at = names.indexOf(columns.vector().get());
      if (at < 0) {
        throw new ProduceException(
            "there is no column "
                + columns.vector().get()
                + " of lists of float or double; "
                + (names.isEmpty() ? "there is none at all" : "there are " + names));
      }
      return candidates.get(at);
    }
    if (candidates.size() != 1) {
      throw new ProduceException(
          candidates.isEmpty()
              ? "there is no column of lists of float or double; there are "
                  + all.stream().map(SchemaNode::name).toList()
              : "several columns could be the vector, "
                  + names
                  + "; say which with --vector-column");
    }
    return candidates.getFirst();
  }

  /** The type of a list's components, or null where the column is no list of plain values. */
  private static @Nullable PhysicalType componentType(SchemaNode.GroupNode group) {
    return group.isList() && group.getListElement() instanceof SchemaNode.PrimitiveNode element
        ? element.type()
        : null;
  }

  private static Optional<String> keyColumn(List<SchemaNode> all, RowColumns columns)
      throws ProduceException {
    List<String> names = all.stream().map(SchemaNode::name).toList();
    Optional<String> found =
        columns.key().or(() -> RowColumns.KEYS.stream().filter(names::contains).findFirst());
    if (found.isPresent()) {
      primitive(all, found.get(), "--key-column");
    }
    return found;
  }

  private static void primitive(List<SchemaNode> all, String name, String option)
      throws ProduceException {
    Optional<SchemaNode> found = all.stream().filter(one -> one.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      throw new ProduceException(
          "there is no column "
              + name
              + " ("
              + option
              + "); there are "
              + all.stream().map(SchemaNode::name).toList());
    }
    if (!(found.get() instanceof SchemaNode.PrimitiveNode)) {
      throw new ProduceException("column " + name + " (" + option + ") holds no plain values");
    }
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public long skip(long wanted) throws IOException {
    long skipped = Math.min(wanted, rows - position);
    closeReader();
    position += skipped;
    return skipped;
  }

  @Override
  public @Nullable Row next() throws IOException {
    if (position == rows) {
      return null;
    }
    return guarded(() -> {
      RowReader open = reader;
      if (open == null) {
        open = file.buildRowReader().projection(projection).skip(position).build();
        reader = open;
      }
      if (!open.hasNext()) {
        throw new ProduceException("the file ends here, though it says that it has " + rows);
      }
      open.next();
      position++;
      return new Row(key(open), vector(open), payload(open));
    });
  }

  private @Nullable String key(RowReader row) throws ProduceException {
    if (keyColumn.isEmpty()) {
      return null;
    }
    Object key = row.getValue(keyColumn.get());
    return switch (key) {
      case String text -> text;
      case Integer number -> number.toString();
      case Long number -> number.toString();
      case java.util.UUID id -> id.toString();
      case null -> throw new ProduceException("column " + keyColumn.get() + ", the key, is null");
      default ->
          throw new ProduceException(
              "column "
                  + keyColumn.get()
                  + " holds no strings or integers and cannot be the key; --key-prefix numbers the"
                  + " rows instead");
    };
  }

  private float[] vector(RowReader row) throws ProduceException {
    PqList list = row.getList(vectorColumn);
    if (list == null) {
      throw new ProduceException("column " + vectorColumn + ", the vector, is null");
    }
    int size = list.size();
    for (int i = 0; i < size; i++) {
      if (list.isNull(i)) {
        throw new ProduceException("component " + i + " of the vector is null");
      }
    }
    float[] vector = new float[size];
    if (doubles) {
      PqDoubleList components = list.doubles();
      for (int i = 0; i < size; i++) {
        vector[i] = (float) components.get(i);
      }
    } else {
      List<Float> components = list.floats();
      for (int i = 0; i < size; i++) {
        vector[i] = components.get(i);
      }
    }
    return vector;
  }

  private byte[] payload(RowReader row) throws ProduceException {
    if (payloadColumns.isEmpty()) {
      return NO_PAYLOAD;
    }
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), payload)) {
      json.writeStartObject();
      for (String column : payloadColumns) {
        json.writeName(column);
        write(json, column, row.getValue(column));
      }
      json.writeEndObject();
    }
    return payload.toByteArray();
  }

  private static void write(JsonGenerator json, String column, @Nullable Object value)
      throws ProduceException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Float number when Float.isFinite(number) -> json.writeNumber(number);
      case Double number when Double.isFinite(number) -> json.writeNumber(number);
      case Boolean truth -> json.writeBoolean(truth);
      case java.math.BigDecimal number -> json.writeNumber(number);
      case java.time.temporal.Temporal time -> json.writeString(time.toString());
      case java.util.UUID id -> json.writeString(id.toString());
      default ->
          throw new ProduceException(
              "column " + column + " holds a value that JSON has no form for: " + value);
    }
  }

  private void closeReader() throws IOException {
    RowReader open = reader;
    reader = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeReader();
    file.close();
  }

  /** What is done with the library, which tells of a damaged file by exceptions of all kinds. */
  @FunctionalInterface
  private interface Reading<T> {
    T run() throws IOException;
  }

  private static <T> T guarded(Reading<T> reading) throws IOException {
    try {
      return reading.run();
    } catch (UnsupportedOperationException e) {
      throw new ProduceException("this Parquet file cannot be read: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new ProduceException("the Parquet file is damaged: " + e.getMessage(), e);
    }
  }
}
