export const trunksErrors = {
  DuplicateSubPort: [
    409,
    'segmentation_type %(segmentation_type)s and segmentation_id %(segmentation_id)s already in use on trunk %(trunk_id)s.',
  ],
  IncompatibleDriverSegmentationTypes: [
    500,
    'Cannot load trunk plugin: no compatible segmentation type configuration can be found amongst list of loaded drivers.',
  ],
  IncompatibleTrunkPluginConfiguration: [
    500,
    'Cannot load trunk plugin: no compatible core plugin configuration is found.',
  ],
  ParentPortInUse: [
    409,
    'Port %(port_id)s is currently in use and is not eligible for use as a parent port.',
  ],
  PortInUseAsSubPort: [409, 'Port %(port_id)s is currently a subport for trunk %(trunk_id)s.'],
  PortInUseAsTrunkParent: [409, 'Port %(port_id)s is currently a parent port for trunk %(trunk_id)s.'],
  SegmentationTypeValidatorNotFound: [
    404,
    'Validator not found for segmentation type %(seg_type)s. It must be registered before the plugin init can proceed.',
  ],
  SubPortBindingError: [500, 'Failed to set port binding for port %(port_id)s on trunk %(trunk_id)s.'],
  SubPortMtuGreaterThanTrunkPortMtu: [
    409,
    'MTU %(port_mtu)s of subport %(port_id)s cannot be greater than MTU %(trunk_mtu)s of trunk %(trunk_id)s.',
  ],
  SubPortNotFound: [404, 'SubPort %(port_id)s on trunk %(trunk_id)s could not be found.'],
  TrunkDisabled: [409, 'Trunk %(trunk_id)s is currently disabled.'],
  TrunkInErrorState: [
    409,
    'Trunk %(trunk_id)s is in error state. Attempt to resolve the error condition before proceeding.',
  ],
  TrunkInUse: [409, 'Trunk %(trunk_id)s is currently in use.'],
  TrunkNotFound: [404, 'Trunk %(trunk_id)s could not be found.'],
  TrunkPluginDriverConflict: [
    409,
    'A misconfiguration in the environment prevents the operation from completing, please, contact the admin.',
  ],
  TrunkPortInUse: [409, 'Port %(port_id)s is in use by another trunk.'],
} as const;
