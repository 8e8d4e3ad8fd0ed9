package io.weir.storage.testing;

/** Decides what goes wrong. */
@FunctionalInterface
public interface Faults {
  /** Nothing ever goes wrong. */
  Faults NONE = (_, _) -> Fault.NONE;

  /** The fault of a call, the {@code call}-th since faults were set. */
  Fault of(int call, Operation operation);
}
