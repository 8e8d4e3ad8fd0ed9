package io.weir.ingest.decode;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldReader;
import io.weir.storage.field.FieldSink;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.Rfc3339;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of declared fields in payloads, which are JSON objects, whatever format their
 * records had.
 *
 * <ul>
 *   <li>A field named {@code meta.year} is the property {@code year} of the object that is the
 *       property {@code meta}. A property of the outermost object whose whole name is {@code
 *       meta.year} goes before that.
 *   <li>The elements of an array are values of their own; arrays and objects in it are none. What
 *       is within an object that is an element of an array is not found.
 *   <li>Of properties of the same name in an object only the last is there, as most readers of JSON
 *       have it.
 * </ul>
 *
 * <table>
 *   <caption>What values of a type are</caption>
 *   <tr><td>keyword<td>a string, its escapes taken as what they stand for
 *   <tr><td>long<td>a whole number that fits into 64 bits, however it is written: 7, 7.0, 7e0
 *   <tr><td>double<td>a number that is finite as a double
 *   <tr><td>boolean<td>true, false
 *   <tr><td>timestamp<td>a string as RFC 3339 has it, or a whole number: milliseconds since the epoch
 * </table>
 *
 * <p>All else is no value. {@link #takeMisfits} tells how often there was any.
 *
 * <p><b>Threads:</b> any; what it keeps from one payload to the next is each thread's own.
 */
public final class JsonFieldReader implements FieldReader {
  /** Takes what was no value. */
  @FunctionalInterface
  public interface MisfitSink {

    /**
     * Takes how often it happened.
     *
     * @param field number of the field
     */
    void misfits(int field, FieldMisfit why, int count);
  }

  /** Room for a larger payload is not kept. */
  private static final int MAX_KEPT_BYTES = 64 << 10;

  private final FieldType[] types;
  private final FieldPaths paths;
  private final ThreadLocal<Pass> passes = ThreadLocal.withInitial(Pass::new);

  /**
   * Finds these fields; their numbers are their places in the list.
   *
   * @param fields at most {@link io.weir.storage.field.DeclaredFields#MAX_FIELDS}
   * @throws IllegalArgumentException if two have the same name, or one is within another
   */
  public JsonFieldReader(List<Field> fields) {
    this.types = fields.stream().map(Field::type).toArray(FieldType[]::new);
    this.paths = new FieldPaths(fields);
  }

  @Override
  public void read(MemorySegment payload, FieldSink values) {
    passes.get().read(payload, values);
  }

  /**
   * Tells what in the payload that the calling thread has read last stood under the name of a field
   * and was no value of it; nothing, when called again.
   */
  public void takeMisfits(MisfitSink sink) {
    passes.get().takeMisfits(sink);
  }

  /** One thread's way through payloads. */
  private final class Pass {
    private final PayloadCursor json = new PayloadCursor();
    private final UnescapedText unescaped = new UnescapedText();
    private final FieldNumber number = new FieldNumber();
    private final int[] places = new int[types.length];
    private final int[] literalPlaces = new int[types.length];
    private final Map<FieldMisfit, int[]> misfits = new EnumMap<>(FieldMisfit.class);
    private byte[] kept = new byte[1 << 10];
    private long found;
    private long foundLiterally;
    private boolean misfitting;

    void read(MemorySegment payload, FieldSink values) {
      forgetMisfits();
      int length = Math.toIntExact(payload.byteSize());
      byte[] text = room(length);
      MemorySegment.copy(payload, ValueLayout.JAVA_BYTE, 0, text, 0, length);
      json.reset(text, length);
      if (json.peek() != '{') {
        return;
      }
      json.enter();
      found = 0;
      foundLiterally = 0;
      find(paths.root());
      for (long left = found | foundLiterally; left != 0; left &= left - 1) {
        int field = Long.numberOfTrailingZeros(left);
        boolean literal = (foundLiterally >>> field & 1) != 0;
        json.moveTo(literal ? literalPlaces[field] : places[field]);
        put(field, values);
      }
    }

    private byte[] room(int length) {
      if (length > MAX_KEPT_BYTES) {
        return new byte[length];
      }
      if (length > kept.length) {
        kept = new byte[Math.min(MAX_KEPT_BYTES, Math.max(length, kept.length * 2))];
      }
      return kept;
    }

    /** Notes where the values of fields begin in the object that was entered. */
    private void find(FieldPaths.Node object) {
      while (json.nextItem() && json.name()) {
        FieldPaths.Node property = property(object);
        if (property == null) {
          json.skipValue();
          continue;
        }
        // What an earlier property of this name had is not there any more.
        found &= ~property.below();
        byte first = json.peek();
        if (property.field() >= 0) {
          note(property);
          json.skipValue();
        } else if (first == '{') {
          json.enter();
          find(property);
        } else {
          json.skipValue();
        }
      }
    }

    private FieldPaths.@Nullable Node property(FieldPaths.Node object) {
      if (!json.escaped()) {
        return object.child(json.bytes(), json.from(), json.to());
      }
      return unescaped.set(json.bytes(), json.from(), json.to())
          ? object.child(unescaped.bytes(), 0, unescaped.length())
          : null;
    }

    private void note(FieldPaths.Node property) {
      int field = property.field();
      if (property.literal()) {
        literalPlaces[field] = json.at();
        foundLiterally |= 1L << field;
      } else {
        places[field] = json.at();
        found |= 1L << field;
      }
    }

    /** Puts the value, or the elements of the array, that the cursor stands at. */
    private void put(int field, FieldSink values) {
      if (json.peek() != '[') {
        FieldMisfit misfit = putOne(field, values);
        if (misfit != null) {
          count(field, misfit);
        }
        return;
      }
      json.enter();
      int room = Field.MAX_VALUES;
      while (json.nextItem()) {
        FieldMisfit misfit = room == 0 ? FieldMisfit.TOO_MANY : putOne(field, values);
        if (misfit == null) {
          room--;
        } else {
          count(field, misfit);
          if (misfit == FieldMisfit.TOO_MANY) {
            json.skipValue();
          }
        }
      }
    }

    /** Passes one value, and puts it, or returns why it is none. */
    private @Nullable FieldMisfit putOne(int field, FieldSink values) {
      byte first = json.peek();
      if (first == '"') {
        json.string();
        return putText(field, values);
      }
      if (first == '-' || (first >= '0' && first <= '9')) {
        json.number();
        return putNumber(field, values);
      }
      json.skipValue();
      if (types[field] == FieldType.BOOLEAN && (first == 't' || first == 'f')) {
        values.flag(field, first == 't');
        return null;
      }
      return first == 'n' ? FieldMisfit.NULL : FieldMisfit.WRONG_TYPE;
    }

    private @Nullable FieldMisfit putText(int field, FieldSink values) {
      FieldType type = types[field];
      if (type != FieldType.KEYWORD && type != FieldType.TIMESTAMP) {
        return FieldMisfit.WRONG_TYPE;
      }
      byte[] text = json.bytes();
      int from = json.from();
      int to = json.to();
      if (json.escaped()) {
        if (!unescaped.set(text, from, to)) {
          return FieldMisfit.WRONG_TYPE;
        }
        text = unescaped.bytes();
        from = 0;
        to = unescaped.length();
      }
      if (type == FieldType.KEYWORD) {
        if (to - from > Field.MAX_KEYWORD_BYTES) {
          return FieldMisfit.TOO_LONG;
        }
        values.keyword(field, text, from, to);
        return null;
      }
      long millis = Rfc3339.millis(text, from, to);
      if (millis == Rfc3339.NONE) {
        return FieldMisfit.WRONG_TYPE;
      }
      values.whole(field, millis);
      return null;
    }

    private @Nullable FieldMisfit putNumber(int field, FieldSink values) {
      return switch (types[field]) {
        case LONG, TIMESTAMP -> {
          FieldMisfit misfit = number.readWhole(json.bytes(), json.from(), json.to());
          if (misfit == null) {
            values.whole(field, number.whole());
          }
          yield misfit;
        }
        case DOUBLE -> {
          double real = number.readDouble(json.bytes(), json.from(), json.to());
          if (!Double.isFinite(real)) {
            yield Double.isNaN(real) ? FieldMisfit.WRONG_TYPE : FieldMisfit.OUT_OF_RANGE;
          }
          // Without a sign, if it is zero.
          values.real(field, real + 0.0);
          yield null;
        }
        case KEYWORD, BOOLEAN -> FieldMisfit.WRONG_TYPE;
      };
    }

    private void count(int field, FieldMisfit misfit) {
      misfits.computeIfAbsent(misfit, _ -> new int[types.length])[field]++;
      misfitting = true;
    }

    private void forgetMisfits() {
      if (misfitting) {
        misfits.values().forEach(counts -> Arrays.fill(counts, 0));
        misfitting = false;
      }
    }

    void takeMisfits(MisfitSink sink) {
      if (!misfitting) {
        return;
      }
      misfits.forEach((why, counts) -> {
        for (int field = 0; field < counts.length; field++) {
          if (counts[field] > 0) {
            sink.misfits(field, why, counts[field]);
          }
        }
      });
      forgetMisfits();
    }
  }
}
