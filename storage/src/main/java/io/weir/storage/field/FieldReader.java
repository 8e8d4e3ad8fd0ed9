package io.weir.storage.field;

import java.lang.foreign.MemorySegment;

/**
 * Finds the values of declared fields in a payload. The store does not know how payloads are
 * written; whoever declares a collection does.
 *
 * <p>A field has no value, one or several in a row (elements of an array): a value that is not of
 * the field's type is none. The same payload has the same values, always.
 *
 * <p><b>Threads:</b> any, several at a time.
 */
@FunctionalInterface
public interface FieldReader {

  /**
   * Puts the values of all declared fields, in any order of fields.
   *
   * @param payload borrowed until this returns; may be empty
   * @param values takes them
   */
  void read(MemorySegment payload, FieldSink values);
}
