package io.weir.storage.segment;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.Predicate;

/**
 * What a merge works with.
 *
 * @param throttle is asked before each write
 * @param readable says whether a part of a map can be read: one that cannot ends the process that
 *     tries
 * @param piece a direct buffer of {@link SegmentSet#pieceBytes}, borrowed
 */
public record MergeResources(
    Throttle throttle, Predicate<MemorySegment> readable, ByteBuffer piece) {

  /** Returns these with another throttle. */
  public MergeResources with(Throttle other) {
    return new MergeResources(other, readable, piece);
  }
}
