package io.weir.api.client;

/** A part of a filter: a condition, or a filter. */
public sealed interface FilterPart permits Filter, Condition {}
