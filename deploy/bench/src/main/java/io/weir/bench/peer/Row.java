package io.weir.bench.peer;

import java.nio.ByteBuffer;

/**
 * A row as a peer takes it. Nothing is copied: rows may share vector, payload and value.
 *
 * @param key the key's bytes
 * @param vector the components
 * @param payload the payload's bytes
 * @param value a direct buffer of vector and payload in one, for a store of keys and values
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier for a moment: never compared, never kept
public record Row(byte[] key, float[] vector, byte[] payload, ByteBuffer value) {}
