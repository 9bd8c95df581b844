/** Where a workspace keeps what is still to be looked at. Apart, since activation reads it and loads nothing else. */
export const PENDING_SURVIVAL = 'whetstone.pendingSurvival';
