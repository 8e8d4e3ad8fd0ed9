package io.weir.ingest.decode;

import io.weir.ingest.poll.RawRecord;
import java.util.List;

/**
 * Finds out how to read a value: by the one schema of a file, or by the one of a registry that the
 * value names.
 *
 * <p><b>Threads:</b> one at a time.
 *
 * @param <P> how a format reads the values of one schema
 */
interface SchemaPlans<P> {

  /** Makes the plan of a file. */
  interface FilePlanner<P> {
    /** Returns how to read all values. */
    P plan(SchemaSource.OfFile file) throws UnusableSchemaException;
  }

  /** Makes a plan of a schema in a registry. */
  interface Planner<P> {
    /** Returns how to read the values of this schema. */
    P plan(WrittenSchema schema, List<Integer> messageIndexes) throws UnusableSchemaException;
  }

  /** Reads one value. */
  interface Reader<P> {
    /** Reads the data that begin at this index of the value. */
    DecodeResult read(P plan, int dataFrom) throws MalformedValueException;
  }

  /** Reads the value in {@code [from, to)} by its schema, or returns why it cannot be read yet. */
  DecodeResult read(RawRecord source, byte[] value, int from, int to, Reader<P> reader)
      throws MalformedValueException;

  /**
   * Returns the plans of a source.
   *
   * @param withIndexes whether framing names a message of the schema, too
   * @throws IllegalArgumentException if the schema of a file cannot be used
   */
  static <P> SchemaPlans<P> of(
      SchemaSource schemas, boolean withIndexes, FilePlanner<P> ofFile, Planner<P> ofRegistry) {
    return switch (schemas) {
      case SchemaSource.OfFile file -> {
        try {
          yield new FilePlan<>(ofFile.plan(file), withIndexes);
        } catch (UnusableSchemaException e) {
          throw new IllegalArgumentException(file.name() + ": " + e.getMessage(), e);
        }
      }
      case SchemaSource.Registry registry -> new RegistryPlans<>(registry, withIndexes, ofRegistry);
    };
  }
}
