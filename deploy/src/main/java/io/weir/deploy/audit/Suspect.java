package io.weir.deploy.audit;

import io.weir.api.client.Row;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An entry that the store answered otherwise, unless it has changed since.
 *
 * @param answer what the store says; null: nothing, or it could not
 * @param detail why it could not
 */
record Suspect(int entry, Set<Difference.Kind> kinds, @Nullable Row answer, String detail) {}
